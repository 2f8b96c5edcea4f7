"""What settings of the house's lists and of everybody's number allow alone and the whole does not."""

from __future__ import annotations

from collections.abc import Iterator

from vmq.config.model import Config
from vmq.domain.addresses import OWN_LISTS, HouseList, ring_of


def list_contradictions(config: Config) -> Iterator[str]:
    """All of them, as vmq.config.contradictions gives them."""
    lists = {each.number: HouseList(each.number, each.name, each.members) for each in config.list}
    mailboxes = {mailbox.number for mailbox in config.mailbox}
    told: set[frozenset[str]] = set()
    for number in lists:
        if number in map(str, OWN_LISTS):
            yield f"list {number}: 1 to 99 are the numbers of owners' own lists; choose another"
        if number in mailboxes:
            yield f"list {number}: there is a mailbox of this number, which is meant then; choose another"
        ring = ring_of(number, lists)
        if ring and frozenset(ring) not in told:
            told.add(frozenset(ring))
            yield f"list {number}: members: goes round in a circle ({' → '.join(ring)}); take one of them out"
    everybody = config.voicemail.broadcast_number
    if everybody and everybody in {*mailboxes, *lists}:
        yield f"voicemail.broadcast_number: {everybody} is a mailbox or a list; choose another"
    if config.voicemail.may_broadcast and not everybody:
        yield "voicemail.may_broadcast: nobody can without a number for everybody; set broadcast_number, or remove it"
