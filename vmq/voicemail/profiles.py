"""The settings of every mailbox, and which mailbox a number stands for. One value, swapped whole when they change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from vmq.domain.mailbox import Mailbox, MailboxRules
from vmq.voicemail.settings import Settings


@dataclass(frozen=True, slots=True)
class Profiles:
    """`house` holds for mailboxes that are not in `mailboxes` (settings by number). `aliases` are numbers that stand
    for a mailbox; `called` the personalities of calls to a number; `lamps` the mailboxes that light the lamp of
    another, by that one."""

    house: Settings
    personality: str
    mailboxes: Mapping[str, Settings] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    called: Mapping[str, str] = field(default_factory=dict)
    lamps: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, number: str) -> Settings:
        """What holds for a mailbox, by its own number."""
        return self.mailboxes.get(number, self.house)

    def number_of(self, number: str) -> str:
        """The mailbox that this number or alias stands for."""
        return self.aliases.get(number, number)

    def numbers_of(self, numbers: Iterable[str]) -> tuple[str, ...]:
        """As `number_of`, of several, each once."""
        return tuple(dict.fromkeys(self.number_of(number) for number in numbers))

    def personality_of(self, mailbox: Mailbox | None, called: str) -> str:
        """The pack for a call: the mailbox's, its class's, the called number's, else the house's."""
        own = (self.of(mailbox.number).personality or mailbox.personality) if mailbox else ""
        return own or self.called.get(called, "") or self.personality

    def language_of(self, mailbox: Mailbox | None) -> str:
        """The mailbox's language, its class's or the house's; "" = the channel's."""
        return (self.of(mailbox.number).language or mailbox.language) if mailbox else self.house.language

    @property
    def rules(self) -> MailboxRules:
        """Who gets a mailbox, and where a call goes that belongs to none."""
        house = self.house
        return MailboxRules(house.create_on_message, house.create_pattern, house.operator, house.house_mailbox)
