"""What became of each line: taken, changed (how and why), left out (why), or not understood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from vmq.importing.asterisk_config import Place, Setting, Trouble


class Verdict(StrEnum):
    """TAKEN says the same in vmq; CHANGED something near it; LEFT_OUT is understood, and has no counterpart."""

    TAKEN = "taken"
    CHANGED = "changed"
    LEFT_OUT = "left out"
    NOT_UNDERSTOOD = "not understood"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a file, and what became of it. `note` says how it is written now, or why it isn't."""

    place: Place
    text: str
    verdict: Verdict
    note: str = ""

    def __str__(self) -> str:
        said = f"{self.text}  → {self.note}" if self.text and self.note else self.text or self.note
        return f"{self.place!s:<22} {self.verdict.value:<15} {said}"


@dataclass(slots=True)
class Report:
    """All findings, by file and line."""

    findings: list[Finding] = field(default_factory=list)

    def taken(self, setting: Setting, note: str) -> None:
        """It says the same in vmq."""
        self._add(setting, Verdict.TAKEN, note)

    def changed(self, setting: Setting, note: str) -> None:
        """Something near it is written."""
        self._add(setting, Verdict.CHANGED, note)

    def left_out(self, setting: Setting, note: str) -> None:
        """It has no counterpart."""
        self._add(setting, Verdict.LEFT_OUT, note)

    def not_understood(self, setting: Setting, note: str) -> None:
        """Nobody knows what it means; Asterisk doesn't either, or this import doesn't."""
        self._add(setting, Verdict.NOT_UNDERSTOOD, note)

    def apply(self, setting: Setting, verdict: Verdict, note: str) -> None:
        """What a rule says became of it."""
        self._add(setting, verdict, note)

    def trouble(self, trouble: Trouble) -> None:
        """Asterisk does not understand it either."""
        self.findings.append(Finding(trouble.place, trouble.text, Verdict.NOT_UNDERSTOOD, trouble.why))

    def _add(self, setting: Setting, verdict: Verdict, note: str) -> None:
        self.findings.append(Finding(setting.place, f"{setting.key} = {setting.value}", verdict, note))

    def lines(self) -> Iterator[str]:
        """One line each, then how many of each kind."""
        ordered = sorted(self.findings, key=lambda finding: (str(finding.place.file), finding.place.line))
        yield from dict.fromkeys(map(str, ordered))
        counts = Counter(finding.verdict for finding in self.findings)
        yield ", ".join(f"{counts[verdict]} {verdict.value}" for verdict in Verdict)
