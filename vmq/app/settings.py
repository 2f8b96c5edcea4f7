"""The configuration's words as those of each part but the queues (see vmq.app.rules): music, mailboxes, links."""

from __future__ import annotations

from collections.abc import Callable

from vmq.asterisk.caller import Hold
from vmq.asterisk.link import LinkSettings
from vmq.config.model import Config
from vmq.domain.addresses import HouseBook, HouseList
from vmq.voicemail.wanted import WantedMailbox


def hold_for(config: Config) -> Callable[[str], Hold]:
    """How a queue holds its callers. Who asks for one that isn't there gets no answer and no music on his way back."""
    holds = {
        queue.name: Hold(queue.answer, queue.music, frozenset(queue.keys), queue.exit_context) for queue in config.queue
    }
    return lambda queue: holds.get(queue, Hold(answer=False, music=""))


def wanted_mailboxes(config: Config) -> list[WantedMailbox]:
    """The mailboxes that are to be there."""
    return [
        WantedMailbox(
            number=mailbox.number,
            name=mailbox.name,
            pin=mailbox.pin.get_secret_value(),
            personality=mailbox.personality or "",
            language=mailbox.language or "",
        )
        for mailbox in config.mailbox
    ]


def house_book(config: Config) -> HouseBook:
    """The house's lists, and who may send to everybody."""
    lists = {each.number: HouseList(each.number, each.name, each.members) for each in config.list}
    return HouseBook(lists, config.voicemail.broadcast_number, frozenset(config.voicemail.may_broadcast))


def link_settings(config: Config) -> LinkSettings:
    """Where Asterisk is."""
    asterisk = config.asterisk
    return LinkSettings(
        host=asterisk.host,
        port=asterisk.port,
        user=asterisk.user,
        secret=asterisk.secret.get_secret_value(),
        ping_s=asterisk.ping_s,
        action_timeout_s=asterisk.action_timeout_s,
    )


def asterisk_recordings(config: Config) -> str:
    """The folder of recordings as Asterisk sees it."""
    return config.paths.recordings_asterisk or str(config.paths.recordings_folder.absolute())


def agi_address(config: Config, port: int) -> str:
    """Where Asterisk is to dial the FastAGI server that listens on `port`."""
    host = f"[{config.agi.host}]" if ":" in config.agi.host else config.agi.host
    return config.agi.address or f"{host}:{port}"
