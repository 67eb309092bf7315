# Read by install.sh and lock.sh: sets $python and $uv, and lets uv ask the index that pip is set up for.

say() { echo "setup: $*" >&2; }
die() { say "$*"; exit 1; }

# The first interpreter that runs and is new enough; `python3` itself may be older than a sibling.
find_python() {
    for name in ${PYTHON:-python3 python3.11 python3.12 python3.13 python3.14 python}; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            "$name" -c 'import sys; print(sys.executable)'
            return
        fi
    done
    die "no Python 3.11 or later found (tried ${PYTHON:-python3, python3.11 … python3.14}): install one, or say which: make setup PYTHON=/path/to/python3.11"
}

# uv from PATH, else our own copy in .tools, installed by pip from the index that pip is set up for.
find_uv() {
    if uv --version >/dev/null 2>&1; then
        command -v uv
        return
    fi
    if ! .tools/bin/uv --version >/dev/null 2>&1; then
        "$1" -c 'import ensurepip, venv' 2>/dev/null ||
            die "$1 cannot make virtual environments: install its venv package (Debian: apt-get install python3-venv), or install uv"
        say "fetching uv into .tools"
        rm -rf .tools
        "$1" -m venv .tools || die "$1 could not make the virtual environment .tools (see above)"
        # Twice quiet: warnings about the machine's own pip configuration are not ours to show.
        .tools/bin/python -m pip install --quiet --quiet --disable-pip-version-check 'uv>=0.9' >&2 ||
            die "pip could not fetch uv (see above): check the network or the package index of pip"
    fi
    echo "$PWD/.tools/bin/uv"
}

# What pip goes by for an option: its environment variables first, then its files.
pip_option() {
    for section in :env: install global; do
        value=$(echo "$pip_options" | sed -n "s/^$section\.$1='\(.*\)'\$/\1/p")
        if [ -n "$value" ]; then echo "$value"; return; fi
    done
}

use_index_of_pip() {
    pip_options=$("$1" -m pip config list 2>/dev/null || true)
    index=$(pip_option index-url) extra=$(pip_option extra-index-url)
    links=$(pip_option find-links) cert=$(pip_option cert)
    if [ -n "$index" ] && [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ]; then
        export UV_DEFAULT_INDEX="$index"
    fi
    if [ -n "$extra" ] && [ -z "${UV_INDEX:-}${UV_EXTRA_INDEX_URL:-}" ]; then
        # pip looks in all indexes alike; safe here, since every file is checked against its hash.
        export UV_INDEX="$extra" UV_INDEX_STRATEGY="${UV_INDEX_STRATEGY:-unsafe-best-match}"
    fi
    if [ -n "$links" ] && [ -z "${UV_FIND_LINKS:-}" ]; then
        UV_FIND_LINKS=$(echo "$links" | tr -s ' ' ',')
        export UV_FIND_LINKS
    fi
    if [ -n "$cert" ] && [ -z "${SSL_CERT_FILE:-}" ]; then
        export SSL_CERT_FILE="$cert"
    fi
}

python=$(find_python)
uv=$(find_uv "$python")
if [ -x .tools/bin/python ]; then use_index_of_pip .tools/bin/python; else use_index_of_pip "$python"; fi
if [ -z "${UV_CACHE_DIR:-}" ] && ! [ -w "${HOME:-/nowhere}" ]; then
    export UV_CACHE_DIR="$PWD/.tools/uv-cache"
fi
# Certificates that the machine trusts (a company's proxy) count too.
export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-1}"
# The interpreter is the caller's choice: uv never downloads another one.
export UV_PYTHON_DOWNLOADS=never VIRTUAL_ENV="$PWD/.venv"
