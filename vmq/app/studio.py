"""Puts the studio together and opens its door: sets, the house's own recordings, and lines on which both are heard."""

from __future__ import annotations

from vmq.app.calls import add_studio_route
from vmq.app.prompt_desk import PromptDesk, PromptRecordings
from vmq.app.prompt_room import PromptRoom
from vmq.asterisk.agi import AgiSession
from vmq.asterisk.fastagi import FastAgiServer
from vmq.asterisk.line import AgiLine
from vmq.asterisk.playback import Speak
from vmq.audio.own import OwnPrompts
from vmq.audio.sounds import Prompts
from vmq.config.model import Config
from vmq.dialogue.shelf import Shelf
from vmq.engine.ports import Clock
from vmq.resources import shipped
from vmq.studio.service import Studio


def open_studio(
    server: FastAgiServer, prompts: Prompts, packs: Shelf, *, config: Config, clock: Clock, speak: Speak
) -> PromptRoom:
    """Serve administrators who record prompts, and let callers hear what was recorded before; gives the way in for who
    does it on his page.

    Raises ConfigError or StorageError when the house's own recordings can't be read.
    """
    paths = config.paths
    recordings = PromptRecordings(paths.recordings_folder, paths.recordings_asterisk, prompts)
    own = OwnPrompts(recordings)
    prompts.put_first(own.sets())
    desk = PromptDesk(prompts, own)
    studio = Studio(desk, packs, config.studio.pin.get_secret_value(), clock)

    def line_for(session: AgiSession) -> AgiLine:
        return AgiLine(session, prompts.asterisk_name, recordings, speak=speak)

    add_studio_route(server, studio, line_for)
    return PromptRoom(desk, recordings, prompts, shipped("prompts"))
