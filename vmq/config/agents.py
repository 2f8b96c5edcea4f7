"""Agents and outside lines as they are configured."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, field_validator, model_serializer, model_validator

from vmq.config.base import Name, Section
from vmq.domain.skills import MAX_LEVEL

_DEVICE = r"[A-Za-z]+/[^\s,|&]+"
_STATE = r"[A-Za-z]+[/:][^\s,|&]+"
_DEVICES = rf"{_DEVICE}(&{_DEVICE})*"
Make = Literal[
    "any", "aastra", "cisco", "fanvil", "gigaset", "grandstream", "mitel", "panasonic", "polycom", "rfc5373", "snom",
    "yealink",
]  # fmt: skip
"""Makes of telephones, as vmq.asterisk.auto_answer knows them."""
SkillName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_-]{0,63}$")]


class AgentKind(StrEnum):
    """How an agent is reached: a telephone with a device state, or a number through a trunk without one."""

    SIP = "sip"
    REMOTE = "remote"


class MembershipConfig(Section):
    """A queue an agent serves: its name alone, or a table with the penalty (0 = served first)."""

    name: Name
    penalty: int = Field(0, ge=0, le=1_000_000)

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, data: Any) -> Any:
        return {"name": data} if isinstance(data, str) else data

    @model_serializer
    def _to_name(self) -> str | dict[str, Any]:
        return {"name": self.name, "penalty": self.penalty} if self.penalty else self.name


class AgentConfig(Section):
    """An agent. `device` is what is dialled (PJSIP/1001, Local/…; several parted by `&`); with `trunks` a number.

    `number` and `pin` are what he types to log in on a telephone that is not his own. `web_secret` is the password of
    his SIP endpoint, for a telephone in the browser (docs/browser-telephone.md); `web_user` its user, when that is not
    the name in `device`.
    """

    name: Name
    full_name: str = Field("", max_length=100)
    device: str = Field(pattern=rf"^({_DEVICES}|\+?[0-9*#]{{2,30}})$", examples=["PJSIP/1001"])
    kind: AgentKind = AgentKind.SIP
    state_device: str = Field("", pattern=rf"^({_STATE}(&{_STATE})*)?$", examples=["Custom:desk1"])
    trunks: tuple[Name, ...] = ()
    queues: tuple[MembershipConfig, ...] = ()
    skills: dict[SkillName, Annotated[int, Field(ge=0, le=MAX_LEVEL)]] = Field({}, examples=[{"german": 5}])
    ring_s: float | None = Field(None, gt=0, le=300)
    wrap_up_s: float | None = Field(None, ge=0, le=3600)
    logged_in: bool = True
    confirm: bool = False
    auto_answer: bool = False
    telephone: Make = "any"
    number: str = Field("", pattern=r"^[0-9]{0,20}$", examples=["501"])
    pin: SecretStr = Field(SecretStr(""), examples=["2468"])
    web_user: str = Field("", pattern=r"^[A-Za-z0-9_.-]{0,80}$", examples=["ann"])
    web_secret: SecretStr = Field(SecretStr(""), examples=["a long text that nobody guesses"])

    @property
    def web_endpoint(self) -> str:
        """The SIP endpoint of his telephone in the browser; empty when he has none."""
        if not self.web_secret.get_secret_value():
            return ""
        technology, _, name = self.device.partition("/")
        return self.web_user or (name if technology.upper() == "PJSIP" and "&" not in name else "")

    @field_validator("pin")
    @classmethod
    def _of_digits(cls, pin: SecretStr) -> SecretStr:
        if not re.fullmatch(r"[0-9]{0,20}", pin.get_secret_value()):
            raise ValueError("a PIN has digits only, at most 20")
        return pin


class TrunkConfig(Section):
    """An outside line. `dial` has {number} in it; `capacity` 0 = any number of calls at once."""

    name: Name
    dial: str = Field(pattern=r"^[A-Za-z]+/[^\s,|&]*\{number\}[^\s,|&]*$", examples=["PJSIP/{number}@telco"])
    capacity: int = Field(0, ge=0, le=100_000)
