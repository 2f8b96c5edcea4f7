"""The configuration's words as the core's: rules of queues and agents, wanted mailboxes, and the demo's defaults."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

from pydantic import SecretStr

from vmq.asterisk.caller import Hold
from vmq.asterisk.link import LinkSettings
from vmq.config.model import AgentConfig, AgentKind, Config, MailboxConfig, QueueConfig, StudioConfig
from vmq.domain.rules import AgentRules, QueueRules
from vmq.lab.demo import HOUSE_MAILBOX, OPERATOR, OUTSIDE, PHONES, QUEUE, STUDIO_PIN
from vmq.voicemail.choices import Choices
from vmq.voicemail.service import WantedMailbox
from vmq.voicemail.settings import Settings


def queue_rules(config: Config) -> list[QueueRules]:
    """The queues."""
    return [
        QueueRules(
            name=queue.name,
            ring_s=queue.ring_s,
            wrap_up_s=queue.wrap_up_s,
            max_wait_s=queue.max_wait_s,
            max_length=queue.max_length,
            back_off_s=queue.back_off_s,
        )
        for queue in config.queue
    ]


def agent_rules(config: Config) -> list[AgentRules]:
    """The agents."""
    return [
        AgentRules(
            name=agent.name,
            dial=agent.device,
            queues=agent.queues,
            state_device=agent.state_device,
            is_remote=agent.kind is AgentKind.REMOTE,
            ring_s=agent.ring_s,
            wrap_up_s=agent.wrap_up_s,
            is_logged_in=agent.logged_in,
        )
        for agent in config.agent
    ]


def hold_for(config: Config) -> Callable[[str], Hold]:
    """How a queue holds its callers. Who asks for one that isn't there gets no answer and no music on his way back."""
    holds = {queue.name: Hold(answer=queue.answer, music=queue.music) for queue in config.queue}
    return lambda queue: holds.get(queue, Hold(answer=False, music=""))


def wanted_mailboxes(config: Config) -> list[WantedMailbox]:
    """The mailboxes that are to be there."""
    return [
        WantedMailbox(
            number=mailbox.number,
            name=mailbox.name,
            pin=mailbox.pin.get_secret_value(),
            personality=mailbox.personality,
            language=mailbox.language,
        )
        for mailbox in config.mailbox
    ]


def voicemail_settings(config: Config) -> Settings:
    """What voicemail is to know of its section."""
    return Settings(**{field.name: getattr(config.voicemail, field.name) for field in fields(Settings)})


def pack_choices(config: Config) -> Choices:
    """The values of packs' settings, for the house and for each mailbox."""
    return Choices(config.voicemail.settings, {mailbox.number: mailbox.settings for mailbox in config.mailbox})


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


def agi_address(config: Config, port: int) -> str:
    """Where Asterisk is to dial the FastAGI server that listens on `port`."""
    host = f"[{config.agi.host}]" if ":" in config.agi.host else config.agi.host
    return config.agi.address or f"{host}:{port}"


def with_demo(config: Config) -> Config:
    """The configuration with the demo's queue, agents and mailboxes, where it names none of its own."""
    if config.queue or config.agent or config.mailbox:
        return config
    first, second, *others = PHONES.items()
    away = next(iter(OUTSIDE.items()))
    return config.model_copy(
        update={
            "queue": (QueueConfig(name=QUEUE, wrap_up_s=5.0, max_wait_s=120.0),),
            "agent": (
                *(
                    AgentConfig(name=name.lower(), device=f"PJSIP/{number}", queues=(QUEUE,))
                    for number, name in (first, second)
                ),
                AgentConfig(
                    name=away[1].lower(),
                    device=f"PJSIP/{away[0]}@trunk",
                    kind=AgentKind.REMOTE,
                    queues=(QUEUE,),
                    logged_in=False,
                ),
            ),
            "mailbox": (
                MailboxConfig(number=HOUSE_MAILBOX, name="House"),
                *(MailboxConfig(number=number, name=name) for number, name in (first, second, *others)),
            ),
            "voicemail": config.voicemail.model_copy(update={"operator": OPERATOR, "house_mailbox": HOUSE_MAILBOX}),
            "studio": StudioConfig(pin=SecretStr(STUDIO_PIN)),
        }
    )
