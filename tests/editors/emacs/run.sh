#!/usr/bin/env bash
# The configuration that editors/README.md gives for Emacs, in a real Emacs with the real server.
#
# VENV_LSP_SERVER   the server's program (default: target/debug/venv-lsp of this project)
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

command -v emacs >/dev/null || skip 'no emacs on PATH'
[ "$(emacs --batch --eval '(princ emacs-major-version)')" -ge 30 ] || skip 'the emacs on PATH is older than 30'
command -v python3 >/dev/null || skip 'no python3 on PATH; the environment is made with it'

server=${VENV_LSP_SERVER:-$project/target/debug/venv-lsp}
if ! server=$(command -v "$server"); then
  echo 'the server is missing; build it with `cargo build`, or set VENV_LSP_SERVER' >&2
  exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/home" "$work/bin"
ln -s "$server" "$work/bin/venv-lsp"
cp -R "$project/tests/projects/playground" "$project/tests/projects/app" "$work/home/"
# The configuration under test is the one that people read.
awk '/^```elisp$/ { on = 1; next } /^```$/ { on = 0 } on' "$project/editors/README.md" >"$work/init.el"

unset VIRTUAL_ENV CONDA_PREFIX
export HOME=$work/home PATH=$work/bin:$PATH VENV_LSP_WORK=$work
emacs -Q --batch -l "$work/init.el" -l "$here/scenarios.el" -f ert-run-tests-batch-and-exit
