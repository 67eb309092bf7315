"""`make audit`: are there known vulnerabilities in what we lock? By pip-audit and the index's advisories.

Exits 1 when there are. Where no advisories can be had (no network, an index without them) it says
so; with `--required` that is an error too.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TOOL = Path(sys.executable).with_name("pip-audit")
LOCKS = ("bot.txt", "dev.txt")


def looked_up(lock: str) -> list[dict[str, Any]]:
    """What pip-audit says of each package of a lock file; nothing where it could not ask."""
    options = ("--disable-pip", "--require-hashes", "--format", "json", "--progress-spinner", "off")
    said = subprocess.run(
        [TOOL, "--requirement", HERE / lock, *options, "--timeout", "10"],
        capture_output=True,
        text=True,
        check=False,
    )
    found = json.loads(said.stdout)["dependencies"] if said.stdout.startswith("{") else []
    return [package for package in found if "skip_reason" not in package]


def main() -> int:
    """0: nothing is known against them, or nothing could be known."""
    audited, vulnerable = 0, 0
    for lock in LOCKS:
        for package in looked_up(lock):
            audited += 1
            for each in package["vulns"]:
                vulnerable += 1
                mended = ", ".join(each["fix_versions"]) or "no version yet"
                line = f"{lock}: {package['name']} {package['version']}: {each['id']}; mended in {mended}"
                print(line)
    if not audited:
        print("audit: no source of advisories answers here, so nothing was audited")
        return int("--required" in sys.argv)
    print(f"audit: {audited} packages, {vulnerable} known vulnerabilities")
    return int(vulnerable > 0)


if __name__ == "__main__":
    sys.exit(main())
