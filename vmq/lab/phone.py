"""`vmq phone`: a telephone in the terminal, on the stand-in PBX of a running `vmq run`.

In: keys as they are typed, or a script (`dial 600; wait connected; press 1#; hang up`). Out: what it hears and shows,
as text, and as sound where there is a loudspeaker. The exit status is 1 when a line of a script fails.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from vmq.lab.events import LabError
from vmq.lab.remote import RemotePhone
from vmq.lab.speaker import Speaker, find_player
from vmq.lab.terminal import typed_keys

HELP = "type an extension and Enter to dial · keys 0-9 * # during a call · a answer · h hang up · q quit"
_COLOURS = {"clip": "cyan", "recording": "magenta", "tone": "yellow", "music": "blue", "peer": "green", "key": "yellow"}


class Screen:
    """Prints what a telephone hears and shows."""

    def __init__(self, console: Console, number: str, speaker: Speaker | None = None) -> None:
        self._console, self._number, self._speaker = console, number, speaker
        self._last: tuple[object, ...] = ()

    def event(self, event: dict[str, object]) -> None:
        """One line of the control port."""
        if event.get("event") == "hears":
            self._hears(event)
        elif event.get("event") == "shows":
            self._shows(event)
        elif event.get("event") == "gone":
            self.say("[red]the stand-in PBX has gone[/]")

    def _hears(self, event: dict[str, object]) -> None:
        kind, name, text = str(event["kind"]), str(event["name"]), str(event["text"])
        label = {"peer": "talks with", "music": "music", "tone": "tone", "key": "hears key"}.get(kind, "hears")
        shown = Path(name).name if kind == "recording" else name
        words = f" [white]“{escape(text)}”[/]" if text and kind in ("clip", "peer") else ""
        self.say(f"  {label} [{_COLOURS.get(kind, 'white')}]{escape(shown)}[/]{words}")
        if self._speaker is not None and event["path"]:
            self._speaker.play(Path(str(event["path"])))

    def _shows(self, event: dict[str, object]) -> None:
        now = (event["state"], event["with"], event["lamp"], event["new"])
        if now == self._last:
            return
        state, who = str(event["state"]), escape(str(event["with"]))
        if now[:2] != self._last[:2]:
            if state == "idle" and self._speaker is not None:
                self._speaker.stop()
            text = {"ringing": f"[bold yellow]rings: {who}[/]  (a answer, h hang up)", "idle": "[dim]idle[/]"}
            self.say(text.get(state, f"[bold]{state}[/] {who}"))
        if now[2:] != self._last[2:]:
            lit = f"[bold red]lamp lit[/]: {event['new']} new" if event["lamp"] else "[dim]lamp dark[/]"
            self.say(lit)
        self._last = now

    def say(self, text: str) -> None:
        """Print a line."""
        self._console.print(f"[bold]{self._number}[/] {text}")


async def run_phone(
    address: str, number: str, extension: str = "", script: Iterable[str] | None = None, is_silent: bool = False
) -> int:
    """A telephone until its user quits, or until `script` (lines) is done. Returns the exit status; raises LabError.

    A terminal has no microphone: recordings of an interactive telephone hold a steady tone.
    """
    console = Console(highlight=False)
    player = None if is_silent or script is not None else find_player()
    speaker = Speaker(player) if player else None
    screen = Screen(console, number, speaker)
    phone = RemotePhone(number, screen.event)
    try:
        await phone.connect(address)
        if extension:
            await phone.order("dial", number=extension)
        if script is not None:
            return await run_script(phone, script, screen)
        await phone.order("speak")
        console.print(HELP, style="dim")
        await _interact(phone, screen)
        return 0
    finally:
        await phone.close()
        if speaker is not None:
            await speaker.close()


async def run_script(phone: RemotePhone, script: Iterable[str], screen: Screen) -> int:
    """Carry script lines out in order. Returns 0, or 1 after saying what failed."""
    for line in (part.strip() for text in script for part in text.replace("\n", ";").split(";")):
        if not line or line.startswith("//"):
            continue
        try:
            await _script_line(phone, line)
        except LabError as error:
            screen.say(f"[red]{escape(line)}: {escape(str(error))}[/]")
            return 1
    return 0


async def _script_line(phone: RemotePhone, line: str) -> None:
    verb, _, rest = line.replace("hang up", "hang_up", 1).partition(" ")
    rest = rest.strip()
    orders: dict[str, dict[str, object]] = {
        "dial": {"number": rest},
        "press": {"keys": rest, "deadline_s": 30},
        "answer": {},
        "refuse": {},
        "hang_up": {},
        "speak": {"path": rest},
        "wait": {"for": rest, "deadline_s": 30},
        "behave": dict(zip(("behaviour", "after_s", "target"), rest.split(), strict=False)),
    }
    if verb not in orders:
        raise LabError(f"a script line begins with one of {', '.join(orders).replace('_', ' ')}")
    await phone.order(verb, **orders[verb])


async def _interact(phone: RemotePhone, screen: Screen) -> None:
    number = ""
    async for key in typed_keys(sys.stdin):
        state = phone.shown.get("state")
        try:
            if key == "q":
                return
            if key in "ah" and state == "ringing":
                await phone.order("answer" if key == "a" else "refuse")
            elif key == "h":
                await phone.order("hang_up")
            elif key in "\r\n":
                if number and state == "idle":
                    await phone.order("dial", number=number)
                number = ""
            elif key in "0123456789*#":
                if state == "idle":
                    number += key
                    screen.say(f"[dim]dial {number}[/]")
                else:
                    await phone.order("type", keys=key)
        except LabError as error:
            number = ""
            screen.say(f"[red]{escape(str(error))}[/]")
