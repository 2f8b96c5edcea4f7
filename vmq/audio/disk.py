"""What all who keep recordings on a disk need: names that stay in the folder, and errors that say what to do."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from vmq.errors import StorageError

_REF = re.compile(r"[A-Za-z0-9_+*#-][A-Za-z0-9_.+*#-]*(/[A-Za-z0-9_+*#-][A-Za-z0-9_.+*#-]*)*")

P = ParamSpec("P")
T = TypeVar("T")


def checked(ref: str) -> str:
    """The ref. Raises StorageError for one that could leave the folder."""
    if not _REF.fullmatch(ref):
        raise StorageError(f"recording {ref!r}: not a name inside the folder of recordings")
    return ref


def tried(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | Exception:
    """What came of it, or what it raised."""
    try:
        with disk_errors():
            return work(*args, **kwargs)
    except Exception as error:
        return error


@contextmanager
def disk_errors() -> Iterator[None]:
    """An error of the system becomes a StorageError that says what to do."""
    try:
        yield
    except OSError as error:
        advice = {
            errno.ENOSPC: "the disk is full: free some space",
            errno.EDQUOT: "the quota is used up: raise it or free some space",
            errno.EACCES: "no right to do this: give vmq's user the folder (see `vmq doctor`)",
        }.get(error.errno or 0, "see the error")
        raise StorageError(f"recordings: {error.strerror or error} ({error.filename or 'file'}); {advice}") from error
