"""An owner hears his own voice mail from when he has opened it: its language (vm_execmain does so), its settings, and
the time in its zone."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from vmq.dialogue.session import Session
from vmq.domain import line
from vmq.voice.language import Voice
from vmq.voicemail.actions import Action, Answer, Arguments
from vmq.voicemail.choices import settings_of
from vmq.voicemail.login import Login
from vmq.voicemail.profiles import Profiles


def at_home(open_mailbox: Action, login: Login, session: Session, voice: Voice, profiles: Profiles) -> Action:
    """The action, after which the session is that of the mailbox which was opened."""

    async def open_and_settle(arguments: Arguments) -> Answer:
        answer = await open_mailbox(arguments)
        if login.opened is None or isinstance(answer, line.Failed):
            return answer
        session.adopt(settings_of(login.opened, profiles))
        await voice.speak(profiles.language_of(login.opened))
        now = cast(datetime, session.facts["now"]).astimezone(login.settings.zone)
        return line.Done({**answer.facts, "now": now})

    return open_and_settle
