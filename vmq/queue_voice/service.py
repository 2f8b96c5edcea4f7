"""The voices of the queues: runs one flow of one personality on one line (the port Voices), and the agents' desk.

In: packs by id, and who is asked. Out: answers; a hang-up ends a flow like any other end.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping

import structlog

from vmq.dialogue.compile import CompiledPack
from vmq.dialogue.session import Session
from vmq.dialogue.vocabulary import FactType
from vmq.engine.ports import Line, Recordings
from vmq.errors import PackError
from vmq.queue_voice.desk import Desk, DeskVisit
from vmq.queue_voice.lines import ClipLine
from vmq.queue_voice.talks import Talk
from vmq.queue_voice.vocabulary import QUEUE_VOICE, WISHES
from vmq.voice.run import DialogueRun

log = structlog.get_logger(__name__)

NAMES = "queue/names"
"""Where queues' spoken names are: queue/names/<queue>.wav. Two folders deep nothing is taken for a voice message."""
COMMENTS = "queue/comments"


class QueueVoices:
    """All voices. `default` is the pack of queues that name none, or one that could not be opened."""

    def __init__(self, packs: Mapping[str, CompiledPack], default: str, files: Recordings, desk: Desk) -> None:
        self._packs = packs
        self._default = default
        self._files = files
        self._desk = desk

    async def talk(
        self, party: Line, flow: str, voice: str, facts: Mapping[str, str], answers: MutableMapping[str, str]
    ) -> None:
        """Voices' method."""
        told = {"comment": f"{COMMENTS}/{_as_name(party.call_id)}", **self._name_of(facts.get("queue", "")), **facts}
        talk = Talk(told, answers, self._files)
        await self._run(party, self._session(flow, voice, typed(told)), talk)

    async def serve_desk(self, party: Line, wish: str, channel: str) -> None:
        """An agent at his desk, on the telephone of this channel. `wish` is one of WISHES, anything else is the menu.
        Raises PackError."""
        visit = DeskVisit(self._desk, channel)
        facts = {**visit.facts(), "wish": wish if wish in WISHES else "menu"}
        await self._run(party, self._session("agent_desk", self._desk.voice, facts), visit)

    def _session(self, flow: str, voice: str, facts: Mapping[str, object]) -> Session:
        if voice and voice not in self._packs:
            log.error("voice_unknown", voice=voice, instead=self._default, known=sorted(self._packs))
        found = (self._packs.get(voice), self._packs.get(self._default))
        pack = next((pack for pack in found if pack and flow in pack.pack.entries), None)
        if pack is None:
            raise PackError(f"no personality {self._default}: it is missing or was refused at start")
        return Session(pack, flow, facts)

    async def _run(self, party: Line, session: Session, doer: Talk | DeskVisit) -> None:
        line = ClipLine(party)
        with structlog.contextvars.bound_contextvars(call_id=party.call_id):
            await line.use_voice(session.language, session.prompts)
            await DialogueRun(session, line, QUEUE_VOICE, doer.table, doer).to_end()

    def _name_of(self, queue: str) -> Mapping[str, str]:
        """The queue's spoken name, if somebody has recorded it."""
        ref = f"{NAMES}/{_as_name(queue)}"
        return {"queue_name": ref} if queue and self._files.path(ref).exists() else {}


def typed(facts: Mapping[str, str]) -> dict[str, object]:
    """Facts as text → as the vocabulary has them; what it doesn't know is left out, and a number that is none is 0."""
    known = QUEUE_VOICE.facts
    return {name: _typed(known[name].type, text) for name, text in facts.items() if name in known}


def _typed(kind: FactType, text: str) -> object:
    if kind is FactType.FLAG:
        return text not in ("", "0")
    if kind is FactType.NUMBER:
        return int(text) if text.isascii() and text.isdigit() else 0
    return text


def _as_name(text: str) -> str:
    """A text as the name of a file, without anything that could be taken for its ending."""
    return "".join(sign if (sign.isascii() and sign.isalnum()) or sign in "-_" else "_" for sign in text)
