"""Telephones in the browser, wired: the stand-in's, or the agents' accounts on the real Asterisk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

from vmq.asterisk.web_telephones import WebTelephone
from vmq.config.model import Config
from vmq.domain.floor import Floor
from vmq.http.telephone_ports import Line, SipAccount, StandInTelephone
from vmq.lab.demo import WHAT_TO_DIAL
from vmq.lab.handset import Handset
from vmq.lab.pbx import LabPbx


class StandInTelephones:
    """Implements vmq.http.telephone_ports.Telephones where there is no Asterisk."""

    server: str = ""
    what_to_dial: Mapping[str, str] = WHAT_TO_DIAL

    def __init__(self, pbx: LabPbx, floor: Floor, config: Callable[[], Config]) -> None:
        self._pbx, self._floor, self._config = pbx, floor, config

    def all(self) -> Sequence[StandInTelephone]:
        """All."""
        mailboxes = {mailbox.number for mailbox in self._config().mailbox}
        at: dict[str, list[str]] = {}
        for agent in self._floor.agents.values():
            for device in agent.devices:
                at.setdefault(device.name, []).append(agent.name)
        return [
            StandInTelephone(
                number,
                telephone.name,
                tuple(at.get(telephone.device, ())),
                number if number in mailboxes else "",
            )
            for number, telephone in self._pbx.telephones.items()
        ]

    def sit_down(self, number: str) -> Line:
        """Use one of them."""
        return Handset(self._pbx, self._pbx.phone(number))

    def account(self, agent: str) -> SipAccount | None:
        """Nobody has one."""
        del agent
        return None


class SipTelephones:
    """Implements vmq.http.telephone_ports.Telephones on a real Asterisk."""

    what_to_dial: Mapping[str, str] = {}

    def __init__(self, config: Callable[[], Config]) -> None:
        self._config = config
        self.server = config().web_telephone.server

    def all(self) -> Sequence[StandInTelephone]:
        """None."""
        return ()

    def sit_down(self, number: str) -> Line:
        """There are none."""
        raise LookupError(number)

    def account(self, agent: str) -> SipAccount | None:
        """As configured for this agent."""
        config = self._config()
        found = next((each for each in config.agent if each.name == agent), None)
        settings = config.web_telephone
        if found is None or not self.server or not found.web_endpoint:
            return None
        domain = settings.domain or urlsplit(self.server).hostname or ""
        return SipAccount(
            server=self.server,
            uri=f"sip:{found.web_endpoint}@{domain}",
            user=found.web_endpoint,
            secret=found.web_secret.get_secret_value(),
            display_name=found.full_name or found.name,
            ice_servers=settings.ice_servers,
        )


def open_telephones(
    pbx: LabPbx | None, floor: Floor, config: Callable[[], Config]
) -> StandInTelephones | SipTelephones:
    """Those of the stand-in where it runs, else the accounts."""
    return SipTelephones(config) if pbx is None else StandInTelephones(pbx, floor, config)


def web_telephones(config: Config) -> tuple[WebTelephone, ...]:
    """What Asterisk is to know of them; none where the configuration names no WebSocket of its."""
    settings = config.web_telephone
    return tuple(
        WebTelephone(
            agent.web_endpoint,
            agent.web_secret.get_secret_value(),
            agent.full_name or agent.name,
            agent.number,
            settings.context,
        )
        for agent in config.agent
        if settings.server and agent.web_endpoint
    )
