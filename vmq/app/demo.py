"""The demo's queue, agents and mailboxes, for a configuration that names none."""

from __future__ import annotations

from pydantic import SecretStr

from vmq.config.agents import AgentConfig, AgentKind, MembershipConfig
from vmq.config.doors import DoorConfig
from vmq.config.model import Config, MailboxConfig, StudioConfig
from vmq.config.queues import AnnounceConfig, CallbackConfig, QueueConfig
from vmq.lab.demo import CONTEXT, DOOR, HOUSE_MAILBOX, OPERATOR, OUTSIDE, PHONES, PIN, QUEUE, STUDIO_PIN


def with_demo(config: Config) -> Config:
    """The configuration with the demo's queue, agents and mailboxes, where it names none of its own."""
    if config.queue or config.agent or config.mailbox:
        return config
    first, second, *others = PHONES.items()
    away = next(iter(OUTSIDE.items()))
    return config.model_copy(
        update={
            "queue": (_queue(),),
            "agent": (
                *(
                    AgentConfig(
                        name=name.lower(),
                        device=f"PJSIP/{number}",
                        queues=(MembershipConfig(name=QUEUE),),
                        number=number,
                        pin=SecretStr(PIN),
                    )
                    for number, name in (first, second)
                ),
                AgentConfig(
                    name=away[1].lower(),
                    device=f"PJSIP/{away[0]}@trunk",
                    kind=AgentKind.REMOTE,
                    queues=(MembershipConfig(name=QUEUE),),
                    logged_in=False,
                ),
            ),
            "mailbox": (
                MailboxConfig(number=HOUSE_MAILBOX, name="House"),
                *(MailboxConfig(number=number, name=name) for number, name in (first, second, *others)),
            ),
            "voicemail": config.voicemail.model_copy(update={"operator": OPERATOR, "house_mailbox": HOUSE_MAILBOX}),
            "door": (DoorConfig(name=DOOR, context=CONTEXT, extensions=("_1XXX",), operator=OPERATOR),),
            "studio": StudioConfig(pin=SecretStr(STUDIO_PIN)),
            "numbers": config.numbers.model_copy(update={"context": CONTEXT}),
        }
    )


def _queue() -> QueueConfig:
    """A queue that tells callers their place, and has keys for them: 1 to be called back, 2 for the house mailbox."""
    return QueueConfig(
        name=QUEUE,
        wrap_up_s=5.0,
        max_wait_s=120.0,
        keys={"1": "callback", "2": f"voicemail:{HOUSE_MAILBOX}"},
        announce=AnnounceConfig(frequency_s=30.0, on_join=True),
        callback=CallbackConfig(is_on=True, dial="Local/9{number}@lab/n", allow=(f"_{next(iter(OUTSIDE))[:3]}XXXX",)),
        whisper=True,
    )
