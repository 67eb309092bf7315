#!/bin/sh
# Resolves pyproject.toml into locks/: bot.txt is what the service needs, dev.txt all extras and tools.
# Universal (every platform, Python 3.11 and later) and hashed; arguments go on, e.g. --upgrade.
set -eu
cd "$(dirname "$0")/.."
. locks/uv.sh

compile() {
    "$uv" pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate "$@"
}
compile --output-file locks/bot.txt "$@"
compile --all-extras --group dev --output-file locks/dev.txt "$@"
