#!/bin/sh
# Resolves pyproject.toml into locks/: bot.txt is what the service needs, dev.txt all extras and tools
# but those that need torch; lora.txt is for these, torch itself left out (see tests/lora/install.sh).
# Universal (every platform, Python 3.11 and later) and hashed; arguments go on, e.g. --upgrade.
set -eu
cd "$(dirname "$0")/.."
. locks/uv.sh

compile() {
    "$uv" pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate "$@"
}
compile --output-file locks/bot.txt "$@"
compile --extra trainer --extra toolkit --group dev --output-file locks/dev.txt "$@"
echo "torch ; sys_platform == 'none'" |
    compile --extra peft --extra ray --group lora --overrides - --no-emit-package torch --output-file locks/lora.txt "$@"
