"""What the command line's tools do, as functions that return data: setup, doctor, and those for pack authors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from vmq.app.rules import agi_address, link_settings
from vmq.app.subjects import SUBJECTS
from vmq.asterisk import doctor, setup
from vmq.audio.sounds import Prompts, load_prompts, usual_asterisk_sounds
from vmq.config.edit import set_value
from vmq.config.model import Config
from vmq.dialogue.check import check_pack, open_pack
from vmq.dialogue.compile import CompiledPack
from vmq.dialogue.findings import Finding, offer
from vmq.dialogue.say import say_cue, says
from vmq.dialogue.simulate import Simulator
from vmq.domain import line
from vmq.errors import ConfigError, PackError
from vmq.resources import shipped


def set_up_asterisk(config: Config, file: Path | None, folder: Path, vmq_host: str) -> list[str]:
    """Write the files for Asterisk; a secret that isn't configured yet is made, and written to `file`.

    Returns what was done and what is to do, line by line. Raises ConfigError.
    """
    known = config.asterisk.secret.get_secret_value()
    secret = known or setup.written_secret(folder) or setup.new_secret()
    settings = setup.SetupSettings(config.asterisk.user, secret, vmq_host, agi_address(config, config.agi.port))
    lines = setup.write(folder, settings)
    if known:
        return lines
    if file is None:
        return [*lines, f'write to your configuration: [asterisk] secret = "{secret}"']
    set_value(file, "asterisk", "secret", secret)
    return [*lines, f"wrote asterisk.secret to {file}"]


async def examine_asterisk(config: Config) -> list[doctor.Finding]:
    """Look at the configured Asterisk. Raises ConfigError when none is configured."""
    if config.uses_stand_in:
        raise ConfigError("asterisk.secret: is not set, so there is no Asterisk to look at; run `vmq asterisk setup`")
    paths = config.paths
    recordings, prompts = paths.recordings_folder, shipped("prompts")
    return await doctor.examine(
        doctor.Patient(
            link=link_settings(config),
            agi_address=agi_address(config, config.agi.port),
            folders=(
                doctor.SharedFolder(
                    name="recordings",
                    folder=recordings,
                    as_asterisk=paths.recordings_asterisk or str(recordings),
                    setting="paths.recordings_asterisk",
                    is_written=True,
                ),
                doctor.SharedFolder(
                    name="prompts",
                    folder=prompts,
                    as_asterisk=paths.prompts_asterisk or str(prompts),
                    setting="paths.prompts_asterisk",
                ),
            ),
            sounds=(f"{paths.prompts_asterisk or prompts}/en-house/vm-intro.wav",),
        )
    )


def shipped_prompts() -> Prompts:
    """The prompt sets that a pack can be checked against on this machine."""
    return load_prompts(shipped("prompts"), "", usual_asterisk_sounds())


def check(folder: Path) -> list[Finding]:
    """All that is wrong with a pack."""
    return check_pack(folder, SUBJECTS, shipped_prompts(), _roots())


def say(folder: Path, cue: str, facts: Sequence[str]) -> list[tuple[str, str]]:
    """The clips of a cue, each with its words. Raises PackError."""
    opened, prompts = _open(folder), shipped_prompts()
    pack = next((pack for pack in opened.values() if says(pack, cue)), next(iter(opened.values())))
    language = pack.pack.language
    return [_spelt(segment, prompts, language) for segment in say_cue(pack, cue, _facts_as_typed(facts), language)]


def calls(folder: Path) -> list[str]:
    """The names of a pack's own test calls, which `simulate` can begin from. Raises PackError."""
    return [call.name for pack in _open(folder).values() for call in pack.pack.calls]


def simulate(folder: Path, name: str, *, tell: Callable[[str], None], ask: Callable[[str], str]) -> None:
    """Begin as the pack's test call of this name does (its mailbox, its messages), and let `ask` play its party.

    `ask` answers with keys, with nothing for silence, or with h to hang up. Raises PackError.
    """
    known = {call.name: (pack, call) for pack in _open(folder).values() for call in pack.pack.calls}
    if name not in known:
        raise PackError(f"there is no test call {name!r}: {offer(name, known)}")
    call = Simulator.of_call(*known[name])
    told = 0
    while True:
        for text in call.heard[told:]:
            tell(f"  {text}")
        told = len(call.heard)
        if call.is_over:
            break
        keys = ask(f"{call.where} keys> ").strip()
        if keys == "h":
            call.hang_up()
        elif keys:
            call.press(keys)
        else:
            call.wait()
    tell(f"the call is over, in {call.where}")


def _open(folder: Path) -> dict[str, CompiledPack]:
    """The pack, by the subjects that it has flows for. Raises PackError."""
    return open_pack(folder, SUBJECTS, roots=_roots())


def _roots() -> tuple[Path, ...]:
    """Where packs are that others may be based on."""
    return (shipped("personalities"),)


def _facts_as_typed(facts: Iterable[str]) -> dict[str, str]:
    for fact in facts:
        if "=" not in fact:
            raise ConfigError(f"{fact!r} is no fact; write name=value, e.g. new=3")
    return {name: value for name, _, value in (fact.partition("=") for fact in facts)}


def _spelt(segment: line.Segment, prompts: Prompts, language: str) -> tuple[str, str]:
    match segment:
        case line.Clip(id=clip):
            return clip, prompts.text(clip, language)
        case line.Recording(label=label):
            return f"<{label}>", "a recording"
        case line.Tone(name=name):
            return f"<{name}>", "the record tone"
        case line.Silence(seconds=seconds):
            return "<silence>", f"{seconds:g} s"
