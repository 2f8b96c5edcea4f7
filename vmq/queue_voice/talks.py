"""What the flows for callers and agents' legs can do: gather answers, which the queue's decision makes something of.

In: the facts of RunDialogue or RingAgent (`allow` among them: the patterns of numbers that may be called back). Out:
the answers by name: `number` (call back), `voicemail`, `accepted` (1 or 0), `comment` (a recording), a survey's own.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from pathlib import Path

from vmq.domain import line
from vmq.domain.numbers import may_call
from vmq.engine.ports import Recordings
from vmq.errors import StorageError
from vmq.voice.run import Actions, Answer, Arguments

MAX_ANSWERS = 50


class Talk:
    """One talk on one line."""

    def __init__(self, facts: Mapping[str, str], answers: MutableMapping[str, str], files: Recordings) -> None:
        self._allow = tuple(facts.get("allow", "").split())
        self._comment = facts.get("comment", "")
        self._answers = answers
        self._files = files

    @property
    def table(self) -> Actions:
        """The actions by name."""
        return {
            "check_number": self._check_number,
            "call_back": self._call_back,
            "leave_message": self._leave_message,
            "note_answer": self._note_answer,
            "keep_comment": self._keep_comment,
            "accept": self._accept,
            "refuse": self._refuse,
        }

    async def begin(self) -> None:
        """A comment is going to be recorded: its folder has to be there. Raises StorageError."""
        folder = self._path(self._comment).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"{folder}: can't be made ({error.strerror}); give vmq's user the folder") from error

    def _path(self, ref: str) -> Path:
        return self._files.path(ref)

    async def _check_number(self, arguments: Arguments) -> Answer:
        number = arguments["number"]
        is_allowed = may_call(number, self._allow)
        return (line.Done if is_allowed else line.Failed)({"number": number, "is_number_allowed": is_allowed})

    async def _call_back(self, arguments: Arguments) -> Answer:
        if not may_call(arguments["number"], self._allow):
            return line.Failed()
        self._answers["number"] = arguments["number"]
        return line.Done()

    async def _leave_message(self, _: Arguments) -> Answer:
        self._answers["voicemail"] = "1"
        return line.Done()

    async def _note_answer(self, arguments: Arguments) -> Answer:
        if len(self._answers) < MAX_ANSWERS:
            self._answers[arguments["question"]] = arguments["answer"]
        return line.Done()

    async def _keep_comment(self, _: Arguments) -> Answer:
        if not self._comment or not self._path(self._comment).exists():
            return line.Failed()
        self._answers["comment"] = self._comment
        return line.Done()

    async def _accept(self, _: Arguments) -> Answer:
        self._answers["accepted"] = "1"
        return line.Done()

    async def _refuse(self, _: Arguments) -> Answer:
        self._answers["accepted"] = "0"
        return line.Done()
