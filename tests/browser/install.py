"""Get a Chromium for the browser tests onto this machine: `python -m tests.browser.install`.

In: a Debian machine, root or not. Out: Chromium on PATH, and one closing line, `browser-tests: ready ...` or
`browser-tests: absent ...` with the reason. Exit status 0 both ways. (Ubuntu's package is a snap, of no use here.)
"""

from __future__ import annotations

import os
import shutil
import sys

from tests.live.install import CannotInstallError, apt_install, distribution


def install() -> str:
    """Install Chromium if it is missing. Returns the program; raises CannotInstallError."""
    if found := find():
        return found
    if distribution() != "debian" or os.geteuid() != 0:
        raise CannotInstallError("there is no chromium on PATH, and this installs it on Debian as root only")
    apt_install(["chromium"])
    if found := find():
        return found
    raise CannotInstallError("the package chromium brought no program of that name")


def find() -> str:
    """The Chromium to test with: $VMQ_CHROMIUM, else one on PATH, else an empty string."""
    return os.environ.get("VMQ_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""


def main() -> int:
    """Install, and say how it went."""
    try:
        print(f"browser-tests: ready: {install()}")
    except CannotInstallError as error:
        print(f"browser-tests: absent: {error}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
