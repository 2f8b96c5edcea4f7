"""Where a pack says its clips: what a speaker has to know to give words the right melody, and a set's maker its words.

In: one language's book. Out: clip ids with notes such as `counts: goes on`. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from vmq.dialogue.schema_cues import Book, ClipPart, MaybePart, Part, PluralPart


def clip_places(book: Book) -> Mapping[str, tuple[str, ...]]:
    """Each clip's places: the cue or label, and whether other words come before or after it there."""
    found: dict[str, dict[str, None]] = {}
    said = [(cue.name, variant.parts) for cue in book.cues.values() for variant in cue.variants]
    said += [(f"choice {name}", parts) for name, parts in book.labels.items()]
    for name, parts in said:
        for clip, has_before, has_after in _clips(parts, has_before=False, has_after=name.startswith("choice ")):
            melody = {
                (False, False): "alone",
                (False, True): "goes on",
                (True, True): "in the middle",
                (True, False): "at the end",
            }[has_before, has_after]
            found.setdefault(clip, {})[f"{name}: {melody}"] = None
    return {clip: tuple(places) for clip, places in found.items()}


def _clips(parts: Sequence[Part], has_before: bool, has_after: bool) -> Iterator[tuple[str, bool, bool]]:
    """(clip, are there words before it, after it) of every clip in the parts."""
    for place, part in enumerate(parts):
        before, after = has_before or place > 0, has_after or place < len(parts) - 1
        match part:
            case ClipPart(id=clip):
                yield clip, before, after
            case MaybePart(parts=inner):
                yield from _clips(inner, before, after)
            case PluralPart(forms=forms):
                for form in forms.values():
                    yield from _clips(form, before, after)
