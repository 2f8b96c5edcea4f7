"""What a flow may do with the marks of the draft: urgent, private, and what its sender wants to be told of."""

from __future__ import annotations

from vmq.domain import line
from vmq.domain.draft import Draft
from vmq.voicemail.actions import Actions, Answer, Arguments, Facts
from vmq.voicemail.drafts import NO_MARKS, Drafts

_FIELDS = {
    "urgent": "is_urgent",
    "private": "is_private",
    "receipt": "wants_receipt",
    "nonreceipt": "wants_nonreceipt",
}


def mark_facts(draft: Draft) -> Facts:
    """The draft's marks."""
    return {
        "is_draft_urgent": draft.is_urgent,
        "is_draft_private": draft.is_private,
        "draft_wants_receipt": draft.wants_receipt,
        "draft_wants_nonreceipt": draft.wants_nonreceipt,
    }


class MarkActions:
    """The marks of one call's draft, as it is at the moment."""

    def __init__(self, drafts: Drafts) -> None:
        self._drafts = drafts

    @property
    def table(self) -> Actions:
        """The actions by name."""
        return {
            "toggle_urgent": self._toggle_urgent,
            "toggle_mark": lambda arguments: self._toggle(arguments["mark"]),
            "clear_marks": self._clear,
        }

    async def _toggle_urgent(self, _: Arguments) -> Answer:
        await self._toggle("urgent")
        return line.Done({"is_draft_urgent": self._drafts.current.is_urgent})

    async def _toggle(self, mark: str) -> Answer:
        name = _FIELDS[mark]
        await self._drafts.change(**{name: not getattr(self._drafts.current, name)})
        return line.Done(mark_facts(self._drafts.current))

    async def _clear(self, _: Arguments) -> Answer:
        await self._drafts.change(**NO_MARKS)
        return line.Done(mark_facts(self._drafts.current))
