"""Get what the live tests need onto this machine: `python -m tests.live.install`.

In: a Debian or Ubuntu machine, root or not. Out: an Asterisk that `find_asterisk()` returns, the telephones' programs
on PATH, and one closing line, `live-tests: ready ...` or `live-tests: absent ...` with the reason. Exit status 0 both
ways. Debian carries no Asterisk in its releases of today, so there it is built once, from Debian's testing packages, as
a chroot in the cache folder. Standard library only: this runs before anything else is installed.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TELEPHONE_PACKAGES = {"baresip": "baresip-core", "sipp": "sip-tester", "setpriv": "util-linux"}  # program -> package
SOUNDS_PACKAGE = "asterisk-core-sounds-en-wav"
ASTERISK_PACKAGES = ("asterisk", SOUNDS_PACKAGE, "asterisk-moh-opsound-wav")
SUITES = ("forky", "sid")  # where Debian carries Asterisk 22; tried in this order
RECIPE = "1"  # change it to have every machine build its chroot anew

_NO_SERVICES = "#!/bin/sh\nexit 101\n"  # policy-rc.d: nothing is started by an installation
_APT_OPTIONS = 'Acquire::Check-Valid-Until "false";\nAcquire::Languages "none";\nAPT::Install-Recommends "false";\n'


class CannotInstallError(Exception):
    """Something the live tests need can't be had here; the text says what and why."""


@dataclass(frozen=True, slots=True)
class Installation:
    """An Asterisk to run: the program as seen from inside `root`, which is `/` for the machine's own."""

    program: str
    root: Path

    @property
    def is_chroot(self) -> bool:
        return self.root != Path("/")

    def outside(self, path: str) -> Path:
        """The path, on this machine, of what Asterisk calls `path`."""
        return self.root / path.lstrip("/")


def cache_folder() -> Path:
    """Where things that are dear to make are kept between runs: $VMQ_CACHE, else ~/.cache/vmq."""
    return Path(os.environ.get("VMQ_CACHE") or Path.home() / ".cache" / "vmq")


def find_asterisk() -> Installation | None:
    """The Asterisk to test with: $VMQ_ASTERISK, else one on PATH, else the chroot in the cache, else none."""
    named = os.environ.get("VMQ_ASTERISK")
    own = shutil.which(named) if named else shutil.which("asterisk") or shutil.which("asterisk", path="/usr/sbin")
    if own or named:
        return Installation(own, Path("/")) if own else None
    root = _chroot()
    if _is_whole(root) and os.geteuid() == 0:
        return Installation("/usr/sbin/asterisk", root)
    return None


def missing_telephones() -> list[str]:
    """The programs of the SIP telephones that are not on PATH."""
    return [program for program in TELEPHONE_PACKAGES if not shutil.which(program)]


def reason_for_absence() -> str:
    """Why the live tests can't run here, or an empty string when they can."""
    missing = missing_telephones()
    if missing:
        return f"not on PATH: {', '.join(missing)}; run `python -m tests.live.install` as root"
    found = find_asterisk()
    if found is None and (named := os.environ.get("VMQ_ASTERISK")):
        return f"VMQ_ASTERISK names no program: {named}"
    if found is None:
        return "no Asterisk: put one on PATH, name one in VMQ_ASTERISK, or run `python -m tests.live.install` as root"
    if not _has_sounds(found):
        return f"this Asterisk ({found.program}) has no English sounds; install {SOUNDS_PACKAGE} or the like"
    return ""


def _has_sounds(installation: Installation) -> bool:
    """Whether it has sounds of its own: a package of Asterisk may come without."""
    folders = [installation.outside(f"/{base}/asterisk/sounds") for base in ("usr/share", "var/lib")]
    return any((language / "digits").is_dir() for folder in folders for language in folder.glob("en*"))


def install() -> None:
    """Install whatever is missing; does nothing when all is there. Raises CannotInstallError."""
    reason = reason_for_absence()
    if not reason:
        return
    if os.environ.get("VMQ_ASTERISK") and find_asterisk() is None:
        raise CannotInstallError(reason)
    system = distribution()
    if system not in ("debian", "ubuntu"):
        raise CannotInstallError(f"this installs on Debian and Ubuntu only, not on {system or 'an unnamed system'}")
    if os.geteuid() != 0:
        raise CannotInstallError(f"{reason_for_absence()} (packages can be installed by root only)")
    cache_folder().mkdir(parents=True, exist_ok=True)
    with _one_at_a_time():
        wanted = [TELEPHONE_PACKAGES[program] for program in missing_telephones()]
        found = find_asterisk()
        if found is None:
            wanted += ["debootstrap"] if system == "debian" else list(ASTERISK_PACKAGES)
        elif not _has_sounds(found):
            wanted.append(SOUNDS_PACKAGE)
        if wanted:
            apt_install(wanted)
        if find_asterisk() is None:
            _build_chroot()
    if reason_for_absence():
        raise CannotInstallError(reason_for_absence())


def find_lcdd() -> Path | None:
    """LCDproc's server with its drivers beside it: the folder that /usr is, or its unpacked package's; None when there
    is none."""
    for usr in (Path("/usr"), cache_folder() / "lcdproc/usr"):
        if (usr / "sbin/LCDd").exists():
            return usr
    return None


def install_lcdd() -> None:
    """Unpack LCDproc's server into the cache; its package would bring tools and a service. Raises
    CannotInstallError."""
    if find_lcdd() is not None:
        return
    folder = cache_folder() / "lcdproc"
    folder.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time():
        if os.geteuid() == 0:
            _run(["apt-get", "update", "-qq"])
        _run(["sh", "-c", 'cd "$0" && apt-get download -qq lcdproc && dpkg-deb -x lcdproc_*.deb .', str(folder)])


def distribution() -> str:
    """The id of this system, `debian` or `ubuntu` or another; empty when it has none."""
    with contextlib.suppress(OSError):
        for line in Path("/etc/os-release").read_text().splitlines():
            key, _, value = line.partition("=")
            if key == "ID":
                return value.strip('"')
    return ""


def apt_install(packages: list[str]) -> None:
    """Install Debian packages as root, starting no service. Raises CannotInstallError."""
    _say(f"installing {' '.join(packages)}")
    with _no_services_started(Path("/usr/sbin/policy-rc.d")):
        _run(["apt-get", "update", "-qq"])
        _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages])


@contextlib.contextmanager
def _no_services_started(policy: Path) -> Iterator[None]:
    """An Asterisk that a package starts by itself would take the ports of the machine's real one."""
    if policy.exists():
        yield
        return
    policy.write_text(_NO_SERVICES)
    policy.chmod(0o755)
    try:
        yield
    finally:
        policy.unlink()


def _chroot() -> Path:
    return cache_folder() / "asterisk-root"


def _is_whole(root: Path) -> bool:
    mark = root / "etc/vmq-recipe"
    with contextlib.suppress(OSError):
        return mark.read_text() == _recipe()
    return False


def _recipe() -> str:
    return hashlib.sha256(" ".join((RECIPE, *ASTERISK_PACKAGES)).encode()).hexdigest()


def _build_chroot() -> None:
    """Build beside the final name and rename when whole, so that a broken-off build is never taken for one."""
    building, final = _chroot().with_suffix(".building"), _chroot()
    mirror = _debian_mirror()
    problem: CannotInstallError | None = None
    for suite in SUITES:
        _remove(building)
        try:
            _say(f"building Asterisk from Debian {suite} in {final} (about a minute and a half, once)")
            _fill_chroot(building, suite, mirror)
        except CannotInstallError as error:
            problem = error
            continue
        _remove(final)
        building.rename(final)
        return
    raise problem or CannotInstallError("no suite to build from")


def _fill_chroot(root: Path, suite: str, mirror: str) -> None:
    # An older debootstrap has no script for a newer suite; every suite of today is made as sid is.
    script = "/usr/share/debootstrap/scripts/sid"
    _run(["debootstrap", "--variant=minbase", suite, str(root), mirror, script])
    (root / "etc/apt/apt.conf.d/90vmq").write_text(_APT_OPTIONS)
    policy = root / "usr/sbin/policy-rc.d"
    policy.write_text(_NO_SERVICES)
    policy.chmod(0o755)
    _run(["chroot", str(root), "apt-get", "update", "-qq"])
    _run(["chroot", str(root), "apt-get", "install", "-y", "-qq", *ASTERISK_PACKAGES])
    _run(["chroot", str(root), "apt-get", "clean"])
    _run(["chroot", str(root), "/usr/sbin/asterisk", "-V"])
    (root / "etc/vmq-recipe").write_text(_recipe())


def _debian_mirror() -> str:
    """The mirror this machine itself uses for Debian. Raises CannotInstallError when its apt knows none."""
    listing = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Origin: Debian", "Label: Debian"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    mirrors = listing.stdout.split()
    if not mirrors:
        raise CannotInstallError("no Debian mirror among the apt sources, so no Asterisk chroot can be built")
    return mirrors[0]


def _remove(root: Path) -> None:
    """Remove a chroot, after undoing what a broken-off installation may have left mounted in it."""
    for line in Path("/proc/mounts").read_text().splitlines()[::-1]:
        where = line.split()[1]
        if where.startswith(f"{root}/"):
            _run(["umount", where])
    if root.exists():
        shutil.rmtree(root)


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two runs at once don't meet: the second waits here and then finds everything done."""
    with (cache_folder() / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(command: list[str]) -> None:
    """Run a command quietly; when it fails, raise CannotInstallError with the last lines it printed."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    done = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace", check=False,
    )  # fmt: skip
    if done.returncode != 0:
        tail = "\n".join(done.stdout.splitlines()[-8:])
        raise CannotInstallError(f"`{' '.join(command)}` failed ({done.returncode}):\n{tail}")


def _say(text: str) -> None:
    print(f"live-tests: {text}", flush=True)


def main() -> int:
    try:
        install()
        install_lcdd()
    except CannotInstallError as error:
        _say(f"absent: {error}")
        return 0
    found = find_asterisk()
    assert found is not None
    _say(f"ready: {found.outside(found.program)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
