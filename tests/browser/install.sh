#!/bin/sh
# Makes sure that a Chromium is here for the browser tests; says so and fails when there is none.
# Order: one on PATH, playwright's own (fetched if it can be), Debian's package.
set -eu

found() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        if command -v "$name" >/dev/null; then return 0; fi
    done
    # Playwright's own may be there and still not start, for want of the system's libraries.
    .venv/bin/python - <<'PYTHON' >/dev/null 2>&1
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    playwright.chromium.launch(args=["--no-sandbox", "--disable-dev-shm-usage"]).close()
PYTHON
}

apt() {
    if [ "$(id -u)" = 0 ]; then
        env DEBIAN_FRONTEND=noninteractive apt-get "$@"
    else
        sudo -n env DEBIAN_FRONTEND=noninteractive apt-get "$@"
    fi
}

say() { echo "browser tests: $*" >&2; }

found && exit 0
said=$(mktemp)
trap 'rm -f "$said"' EXIT
say "no Chromium found, fetching playwright's own"
.venv/bin/playwright install chromium >"$said" 2>&1 && found && exit 0
if command -v apt-get >/dev/null; then
    say "that was not enough, installing Debian's chromium"
    apt update -qq >>"$said" 2>&1 || true
    apt install -y -qq --no-install-recommends chromium fonts-noto-cjk fonts-noto-color-emoji >>"$said" 2>&1 || true
    found && exit 0
fi
grep -E '^(E|Error|error|sudo):? ' "$said" | sort -u | head -n 5 >&2 || true
say "none could be installed: put 'chromium' on PATH, or run '.venv/bin/playwright install chromium' where its download is reachable"
exit 1
