#!/bin/sh
# Fills .venv-lora with what the peft engine, the Ray launcher and their tests need: torch by plain pip
# (on Linux uv would take the CUDA build, gigabytes), everything else as locks/lora.txt names it.
# Does nothing when all is there.
set -eu
cd "$(dirname "$0")/../.."

torch=torch==2.13.0
venv=.venv-lora
stamp=$venv/.installed
wanted="$(cat locks/lora.txt pyproject.toml tests/lora/install.sh | cksum) $PWD"
runs() { $venv/bin/python -c '' 2>/dev/null; }
if [ "$(cat $stamp 2>/dev/null)" = "$wanted" ] && runs; then
    exit 0
fi

. locks/uv.sh

if ! runs || [ "$(cut -d' ' -f3- $stamp 2>/dev/null)" != "$PWD" ]; then
    "$uv" venv --quiet --clear --seed --python "$python" $venv
fi
say "installing $torch and what locks/lora.txt names into $venv (minutes)"
$venv/bin/python -m pip install --quiet --quiet --disable-pip-version-check $torch
"$uv" pip install --quiet --python $venv/bin/python --no-deps --require-hashes --requirement locks/lora.txt
"$uv" pip install --quiet --python $venv/bin/python --no-deps --editable .
echo "$wanted" >$stamp
