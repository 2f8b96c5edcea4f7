"""The FastAGI server with the routes of all subjects, listening: what calls of Asterisk reach."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from vmq.app.attendant import add_door_routes
from vmq.app.calls import add_routes
from vmq.app.packs import Packs
from vmq.app.prompt_room import PromptRoom
from vmq.app.questions import add_question_routes
from vmq.app.settings import agi_address
from vmq.app.studio import open_studio
from vmq.asterisk.agi import AgiSession
from vmq.asterisk.caller import Hold
from vmq.asterisk.fastagi import FastAgiServer
from vmq.asterisk.forks import Forks
from vmq.asterisk.line import AgiLine
from vmq.asterisk.partings import Partings
from vmq.asterisk.sessions import Sessions
from vmq.attendant.service import Attendant
from vmq.audio.sounds import Prompts
from vmq.audio.spoken import SpokenClips
from vmq.audio.store import RecordingStore
from vmq.config.model import Config
from vmq.engine.ports import Clock, Ear, EventSink
from vmq.errors import ConfigError
from vmq.queue_voice.service import QueueVoices
from vmq.studio.vocabulary import STUDIO
from vmq.voicemail.service import Voicemail

STOP_GRACE_S = 1.0
"""How long voicemail calls get to finish a step when the program stops; what they recorded is kept in any case."""


@dataclass(frozen=True, slots=True)
class Served:
    """Who answers calls. `prompts` and `store` are what is played and recorded, `ear` makes out spoken keys."""

    voicemail: Voicemail
    attendant: Attendant
    voices: QueueVoices
    packs: Packs
    prompts: Prompts
    store: RecordingStore
    ear: Ear


@dataclass(frozen=True, slots=True)
class Agi:
    """The open server. `dial` is its address as Asterisk dials it."""

    server: FastAgiServer
    sessions: Sessions
    forks: Forks
    prompt_room: PromptRoom
    dial: str


async def open_agi(
    stack: AsyncExitStack,
    config: Config,
    served: Served,
    *,
    events: EventSink,
    clock: Clock,
    wake: Callable[[str], None],
    hold_for: Callable[[str], Hold],
    may_take_any_port: bool,
) -> Agi:
    """Open it; it is closed with the stack. `wake` ends the wait of a channel, `hold_for` says how a queue holds its
    callers. Raises ConfigError when its port is taken and no other will do."""
    voice = SpokenClips(served.store)

    def line_for(session: AgiSession) -> AgiLine:
        return AgiLine(session, served.prompts.asterisk_name, served.store, speak=voice.speak, ear=served.ear)

    forks = Forks(Partings(events))
    sessions = Sessions(
        events=forks, clock=clock, wake=wake, hold_for=hold_for, line_for=line_for, voices=served.voices
    )
    limits = config.agi
    server = FastAgiServer(allow=limits.allow, head_timeout_s=limits.head_timeout_s, max_calls=limits.max_calls)
    add_routes(server, sessions, served.voicemail, served.voices, line_for)
    add_question_routes(server, served.voicemail.questions, line_for)
    add_door_routes(server, served.attendant, line_for)
    shelf = served.packs.shelf(STUDIO.subject)
    prompt_room = open_studio(server, served.prompts, shelf, config=config, clock=clock, speak=voice.speak)
    try:
        await server.start(limits.host, limits.port)
    except ConfigError:
        if not may_take_any_port:
            raise
        await server.start(limits.host, 0)
    stack.push_async_callback(server.stop, STOP_GRACE_S)
    return Agi(server, sessions, forks, prompt_room, agi_address(config, server.port))
