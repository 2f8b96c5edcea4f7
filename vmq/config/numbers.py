"""How numbers are dialled through outside lines, and shown to agents, as it is configured."""

from __future__ import annotations

from pydantic import Field

from vmq.config.base import Section


class RewriteConfig(Section):
    """For numbers that begin with `begins` (of `digits_min` to `digits_max` characters, 0 = any): strip, then add."""

    begins: str = Field("", pattern=r"^[0-9*#+]{0,20}$", examples=["9"])
    strip: int = Field(0, ge=0, le=20)
    add: str = Field("", pattern=r"^[0-9*#+]{0,20}$", examples=["0"])
    digits_min: int = Field(0, ge=0, le=40)
    digits_max: int = Field(0, ge=0, le=40)


class NumbersConfig(Section):
    """One's own `country` code, what is dialled before national and international numbers, aliases and rewriting.

    `context` is where in the dialplan numbers are dialled that somebody chose on his page; empty = nowhere.
    """

    country: str = Field("", pattern=r"^[1-9]?[0-9]{0,3}$", examples=["49"])
    national: str = Field("0", pattern=r"^[0-9]{0,5}$")
    international: str = Field("00", pattern=r"^[0-9]{0,5}$")
    dials_plus: bool = False
    aliases: dict[str, str] = Field({}, examples=[{"1700": "+49 170 1234567"}])
    dialled: tuple[RewriteConfig, ...] = Field((), examples=[[{"begins": "9", "strip": 1}]])
    shown: tuple[RewriteConfig, ...] = ()
    context: str = Field("", pattern=r"^[A-Za-z0-9_-]{0,79}$", examples=["internal"])
