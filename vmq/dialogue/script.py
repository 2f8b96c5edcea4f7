"""Runs a pack's own test calls: who hears what, presses what, and how it ends. Data in, a Result out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from vmq.dialogue.compile import CompiledPack
from vmq.dialogue.schema import Call
from vmq.dialogue.session import Step
from vmq.dialogue.simulate import Simulator
from vmq.domain import line
from vmq.errors import PackError


@dataclass(frozen=True, slots=True)
class Result:
    """How a call went. `failure` is empty when all came as written; `steps` are the moves it made."""

    failure: str
    steps: tuple[Step, ...]
    transcript: tuple[str, ...]


def run_call(pack: CompiledPack, call: Call) -> Result:
    """Run one scripted call."""
    steps: list[Step] = []
    try:
        simulator = Simulator.of_call(pack, call, watch=steps.append)
    except PackError as error:
        return Result(str(error), tuple(steps), ())
    runner = _Runner(simulator)
    failure = ""
    for place, step in enumerate(call.script):
        try:
            failure = runner.step(step)
        except PackError as error:
            failure = str(error)
        if failure:
            failure = f"step {place + 1} {dict(step)}, in {simulator.where}: {failure}"
            break
    return Result(failure, tuple(steps), tuple(runner.transcript))


class _Runner:
    """Takes the steps of a script one by one; each gives what went wrong, or ""."""

    def __init__(self, simulator: Simulator) -> None:
        self._call = simulator
        self._done_seen = 0
        self.transcript: list[str] = []

    def step(self, step: Mapping[str, object]) -> str:
        """Take one step."""
        if "hears" in step or "hears_not" in step:
            return self._hears(step)
        if "does" in step:
            return self._does(str(step["does"]), step.get("with", {}))
        if "ends" in step:
            return self._ends(str(step["ends"]), str(step.get("exit", "")))
        if self._call.is_over:
            return f"the call is over (it ended in {self._call.where})"
        if "plays" not in step:
            self.transcript += self._call.heard
            self._call.heard.clear()
        self._act(step)
        return ""

    def _act(self, step: Mapping[str, object]) -> None:
        seconds = step.get("records")
        if isinstance(seconds, (int, float)):
            end = line.RecordEnd.HANG_UP if step.get("hangs_up") else None
            self._call.record(float(seconds), str(step.get("presses", "" if end or step.get("waits") else "#")), end)
        elif "presses" in step:
            self._call.press(str(step["presses"]))
        elif "says" in step:
            self._call.speak(str(step["says"]))
        elif "plays" in step:
            seconds = step["plays"]
            self._call.play(float(seconds) if isinstance(seconds, (int, float)) and seconds is not True else None)
        elif "enters" in step:
            self._call.enter(str(step["enters"]))
        elif step.get("hangs_up"):
            self._call.hang_up()
        else:
            self._call.wait()

    def _hears(self, step: Mapping[str, object]) -> str:
        heard = _plain(" ".join(self._call.heard))
        unwanted = _plain(str(step.get("hears_not", "")))
        if unwanted and _end_of(unwanted, heard) is not None:
            return f'it was said: "{heard}"'
        wanted = _plain(str(step.get("hears", "")))
        end = _end_of(wanted, heard)
        if end is None:
            return f'what was said is "{heard}"'
        if wanted:
            self.transcript += self._call.heard
            self._call.heard[:] = [heard[end:]]
        return ""

    def _does(self, action: str, arguments: object) -> str:
        done = self._call.done[self._done_seen :]
        for place, act in enumerate(done):
            if act.action == action and (not arguments or act.arguments == arguments):
                self._done_seen += place + 1
                return ""
        return f"it did {[(act.action, dict(act.arguments)) for act in done] or 'nothing'}"

    def _ends(self, state: str, leaves_to: str) -> str:
        effect = self._call.effect
        if not isinstance(effect, line.End):
            return f"the call goes on, and waits in {self._call.where}"
        if (effect.state, effect.exit) != (state, leaves_to):
            return f'it ended in {effect.state} with exit "{effect.exit}"'
        return ""


def _plain(text: str) -> str:
    """Small letters and single blanks; only signs that mean something stay."""
    return " ".join(re.sub(r"[^a-z0-9<>*_' -]", " ", text.lower().replace("-", " ")).split())


def _end_of(text: str, heard: str) -> int | None:
    """Where text in which * stands for anything ends in what was heard, as whole words; None when it is not there.

    Piece by piece, each at its first place: one regular expression with many * could search for ever.
    """
    pieces = [re.escape(piece.strip()) for piece in text.split("*")]
    pieces[0] = rf"(?<!\w){pieces[0]}" if pieces[0] else ""
    pieces[-1] = rf"{pieces[-1]}(?!\w)" if pieces[-1] else ""
    at = 0
    for piece in pieces:
        found = re.compile(piece).search(heard, at)
        if not found:
            return None
        at = found.end()
    return at
