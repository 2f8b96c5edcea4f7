"""An owner hears his own voice mail from when he has opened it: its language (vm_execmain does so) and its settings."""

from __future__ import annotations

from vmq.dialogue.session import Session
from vmq.voice.language import Voice
from vmq.voicemail.actions import Action, Answer, Arguments
from vmq.voicemail.choices import Choices
from vmq.voicemail.login import Login


def at_home(open_mailbox: Action, login: Login, session: Session, voice: Voice, choices: Choices) -> Action:
    """The action, after which the session is that of the mailbox which was opened."""

    async def open_and_settle(arguments: Arguments) -> Answer:
        answer = await open_mailbox(arguments)
        if login.opened is not None:
            session.adopt(choices.of(login.opened.number))
            await voice.speak(login.opened.language)
        return answer

    return open_and_settle
