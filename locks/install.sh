#!/bin/sh
# Fills .venv with exactly what locks/dev.txt names, and the project itself, editable.
# Needs a Python 3.11 or later and a package index; fetches uv into .tools when it is not installed.
# Does nothing when the lock, the project file and the folder are those of the last time.
set -eu
cd "$(dirname "$0")/.."

stamp=.venv/.installed
wanted="$(cat locks/dev.txt pyproject.toml | cksum) $PWD"
runs() { .venv/bin/python -c '' 2>/dev/null; }
if [ "$(cat $stamp 2>/dev/null)" = "$wanted" ] && runs; then
    exit 0
fi

. locks/uv.sh

# The scripts of a virtual environment hold its path: one that was moved is made anew.
if ! runs || [ "$(cut -d' ' -f3- $stamp 2>/dev/null)" != "$PWD" ]; then
    "$uv" venv --quiet --clear --python "$python" .venv
fi
say "installing what locks/dev.txt names into .venv"
"$uv" pip sync --quiet --require-hashes locks/dev.txt
"$uv" pip install --quiet --no-deps --editable .
echo "$wanted" >$stamp
