"""What all sections of the configuration share: their base, and the kinds of names and numbers."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

NAME_PATTERN = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"
NUMBER_PATTERN = r"[0-9*#+A-Za-z_-][0-9*#+A-Za-z_.-]{0,39}"  # also a folder's name, so it begins with no dot

Port = Annotated[int, Field(ge=0, le=65535)]
Name = Annotated[str, Field(pattern=f"^{NAME_PATTERN}$")]
Number = Annotated[str, Field(pattern=f"^{NUMBER_PATTERN}$")]


def _known_network(text: str) -> str:
    try:
        ip_network(text)
    except ValueError:
        raise ValueError(f"{text!r} is no network; write e.g. 10.1.2.3 or 10.0.0.0/8") from None
    return text


Network = Annotated[str, AfterValidator(_known_network)]


class Section(BaseModel):
    """Base of all sections: no unknown keys, no changes after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid")
