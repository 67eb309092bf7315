#!/bin/sh
# Makes sure that a Chromium is here for the browser tests; says so and fails when there is none.
# Order: one on PATH, one that playwright fetched, playwright's download, Debian's package.
set -eu

found() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        if command -v "$name" >/dev/null; then return 0; fi
    done
    .venv/bin/python - <<'PYTHON' >/dev/null 2>&1
import pathlib
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    assert pathlib.Path(playwright.chromium.executable_path).exists()
PYTHON
}

apt() {
    if [ "$(id -u)" = 0 ]; then
        env DEBIAN_FRONTEND=noninteractive apt-get "$@"
    else
        sudo -n env DEBIAN_FRONTEND=noninteractive apt-get "$@"
    fi
}

found && exit 0
echo "browser tests: no Chromium found, trying playwright's own" >&2
.venv/bin/playwright install chromium >/dev/null 2>&1 && found && exit 0
if command -v apt-get >/dev/null; then
    echo "browser tests: installing Debian's chromium" >&2
    apt update -qq >/dev/null 2>&1 || true
    apt install -y -qq --no-install-recommends chromium fonts-noto-cjk fonts-noto-color-emoji >/dev/null 2>&1 || true
    found && exit 0
fi
echo "browser tests need a Chromium and none could be installed: put 'chromium' on PATH, or run '.venv/bin/playwright install chromium' where its download is reachable" >&2
exit 1
