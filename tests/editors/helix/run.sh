#!/usr/bin/env bash
# The configuration that editors/README.md gives for Helix, in a real Helix with the real server.
#
# VENV_LSP_SERVER   the server's program (default: target/debug/venv-lsp of this project)
# HX_BIN            the Helix to use (default: `hx` or `helix` on PATH)
# PIP_INDEX_URL, UV_DEFAULT_INDEX   the index that the installation uses
#
# Exit status: 0 passed, 1 failed, 77 not run, with the reason on stderr.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(cd "$here/../../.." && pwd)

skip() {
  echo "not run: $1" >&2
  exit 77
}

helix=$(command -v "${HX_BIN:-hx}" || command -v helix) || skip 'no hx on PATH'
command -v tmux >/dev/null || skip 'no tmux on PATH; it is the terminal that Helix runs in'
command -v python3 >/dev/null || skip 'no python3 on PATH; the environment is made with it'

server=${VENV_LSP_SERVER:-$project/target/debug/venv-lsp}
if ! server=$(command -v "$server"); then
  echo 'the server is missing; build it with `cargo build`, or set VENV_LSP_SERVER' >&2
  exit 1
fi

work=$(mktemp -d)
terminal() { tmux -S "$work/tmux" -f /dev/null "$@"; }
trap 'terminal kill-server 2>/dev/null || true; rm -rf "$work"' EXIT
export HOME=$work/home XDG_CONFIG_HOME=$work/config XDG_CACHE_HOME=$work/cache
mkdir -p "$HOME" "$work/bin" "$XDG_CONFIG_HOME/helix"
ln -s "$server" "$work/bin/venv-lsp"
cp -R "$project/tests/projects/playground" "$project/tests/projects/app" "$HOME/"
# The configuration under test is the one that people read.
awk '/^```toml$/ { on = 1; next } /^```$/ { on = 0 } on' "$project/editors/README.md" >"$XDG_CONFIG_HOME/helix/languages.toml"
# With the text of diagnostics in the buffer, the screen shows what there is.
cat >"$XDG_CONFIG_HOME/helix/config.toml" <<'T'
[editor.inline-diagnostics]
cursor-line = "hint"
other-lines = "hint"
T

screen() { terminal capture-pane -p; }

# until_screen WHAT COMMAND…: waits until COMMAND, given the screen, succeeds.
until_screen() {
  local what=$1 end=$((SECONDS + 120))
  shift
  until screen | "$@" >/dev/null; do
    if [ "$SECONDS" -ge "$end" ]; then
      printf 'waited in vain for %s\n' "$what" >&2
      screen >&2
      cat "$work/err" "$XDG_CACHE_HOME/helix/helix.log" >&2 2>/dev/null || true
      exit 1
    fi
    sleep 0.05
  done
}
lacks() { ! grep -q "$1"; }

unset VIRTUAL_ENV CONDA_PREFIX
export PATH=$work/bin:$PATH LANG=C.UTF-8 LC_ALL=C.UTF-8 TERM=tmux-256color

# begin FOLDER FILE, end: one session of Helix.
begin() { terminal new-session -d -x 120 -y 24 "cd '$HOME/$1' && '$helix' '$2' 2>'$work/err'"; }
end() {
  terminal send-keys ':q!' Enter
  local end=$((SECONDS + 120))
  while terminal has-session 2>/dev/null; do
    if [ "$SECONDS" -ge "$end" ]; then
      echo 'Helix does not end' >&2
      exit 1
    fi
    sleep 0.05
  done
}

begin playground learnRag/requirements.txt
until_screen 'the file' grep 'langchain-ollama'
until_screen 'the diagnostic' grep '[└├].*environment'
terminal send-keys ']' d
until_screen 'the cursor on the diagnostic' grep -E ' 2:[0-9]+'
terminal send-keys Space a
until_screen 'the action' grep -E 'Create `\.venv` .*install 1 requirement'
terminal send-keys Enter
until_screen 'the end of the diagnostic' lacks '[└├]'
find "$HOME/playground" -path '*/.venv/lib/python*/site-packages/langchain_ollama-*.dist-info' | grep -q . || {
  echo 'the diagnostic went, but nothing is installed' >&2
  exit 1
}
end

begin app pyproject.toml
until_screen 'the file' grep 'langchain-ollama'
until_screen 'the diagnostic' grep '[└├].*environment'
terminal send-keys ']' d
until_screen 'the cursor on the diagnostic' grep -E ' 6:[0-9]+'
terminal send-keys Space a
until_screen 'the action' grep -E 'Create `\.venv` .*install 1 requirement'
terminal send-keys Enter
until_screen 'the end of the diagnostic' lacks '[└├]'
terminal send-keys Space k
until_screen 'the hover' grep -E '1\.0\.0'
end
echo "passed with $("$helix" --version)"
