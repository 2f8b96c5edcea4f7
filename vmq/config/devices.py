"""Which devices may be named by who is no administrator, as it is configured."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from vmq.config.base import Section


def _technology(name: str) -> str:
    if name.lower() == "local":
        raise ValueError("Local enters the dialplan; write the contexts that it may enter in contexts instead")
    return name


Technology = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,20}$"), AfterValidator(_technology)]


class DevicesConfig(Section):
    """What agents, supervisors and programs may name as a telephone (vmq.domain.device_rules): devices of these
    `technologies`, `Local/…` in these `contexts` (calls may be transferred there, too), and those of `[[agent]]`."""

    technologies: tuple[Technology, ...] = ("PJSIP", "SIP", "IAX2", "DAHDI")
    contexts: tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,79}$")], ...] = Field((), examples=[["agents"]])
