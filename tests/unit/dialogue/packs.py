"""Packs for tests: a copy of the shipped one to spoil, and small ones written in place."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

from vmq.app.subjects import SUBJECTS
from vmq.dialogue.check import check_pack, open_pack
from vmq.dialogue.compile import CompiledPack, compile_pack
from vmq.dialogue.findings import Finding
from vmq.dialogue.load import load_pack
from vmq.dialogue.vocabulary import Action, Entry, Fact, FactType, Guard, Vocabulary

PERSONALITIES = Path(__file__).parents[3] / "personalities"

TOY = Vocabulary(
    subject="toy",
    facts={
        "count": Fact(FactType.NUMBER, "how many"),
        "code": Fact(FactType.DIGITS, "what was typed"),
        "pin": Fact(FactType.SECRET, "what must not be shown"),
        "is_open": Fact(FactType.FLAG, "the door is open"),
        "tape": Fact(FactType.RECORDING, "where the recording goes"),
        "seen_at": Fact(FactType.TIME, "when it was"),
        "color": Fact(FactType.TEXT, "which", ("red", "blue")),
        "people": Fact(FactType.LIST, "who"),
    },
    guards={"has_some": Guard(lambda facts: facts["count"] != 0, "there are some")},
    actions={
        "fetch": Action("count them", facts=("count",)),
        "paint": Action("paint it", arguments=("color",), can_fail=False, values={"color": ("red", "blue")}),
        "keep": Action("keep the tape"),
        "next": Action("the next one; failed: no more", is_finite=True),
        "drop": Action("drop one", arguments=("code",), undo="undrop"),
        "undrop": Action("take it back", arguments=("code",)),
    },
    entries={"main": Entry("the only one", keeps="keep")},
)

MANIFEST = 'schema = 1\nid = "toy"\nlanguage = "en"\nentry.main = "main"\n'


@cache
def comedian() -> CompiledPack:
    """The default pack of voicemail; tests/packs walk it."""
    return open_pack(PERSONALITIES / "comedian", SUBJECTS, is_tried=True)["voicemail"]


def copy_of(name: str, folder: Path) -> Path:
    """A copy of a shipped pack, of the same name and in English alone, to be spoilt: so each mistake is told once."""
    copy = Path(shutil.copytree(PERSONALITIES / name, folder / name))
    for book in copy.glob("cues/*.toml"):
        if book.stem != "en":
            book.unlink()
    return copy


def spoil(folder: Path, file: str, right: str, wrong: str) -> None:
    """Replace text that is there in a file of the pack."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert right in text, f"{file} does not hold {right!r} any more"
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")


def write_toy(folder: Path, flow: str, cues: str = "", manifest: str = MANIFEST, **flows: str) -> Path:
    """A small pack of the flow `main` (and more), for the toy vocabulary."""
    pack = folder / "toy"
    (pack / "flows").mkdir(parents=True)
    (pack / "cues").mkdir()
    (pack / "personality.toml").write_text(manifest, encoding="utf-8")
    (pack / "cues" / "en.toml").write_text(cues, encoding="utf-8")
    for name, text in {"main": flow, **flows}.items():
        (pack / "flows" / f"{name}.toml").write_text(text, encoding="utf-8")
    return pack


def findings_of_toy(folder: Path, flow: str, cues: str = "", manifest: str = MANIFEST, **flows: str) -> list[Finding]:
    """What the checker says of the same."""
    return check_pack(write_toy(folder, flow, cues, manifest, **flows), [TOY])


def compiled_toy(folder: Path, flow: str, cues: str = "", manifest: str = MANIFEST, **flows: str) -> CompiledPack:
    """The same, loaded without mistakes of form, and compiled."""
    loaded = load_pack(write_toy(folder, flow, cues, manifest, **flows))
    assert loaded.findings == ()
    assert loaded.pack is not None
    return compile_pack(loaded.pack, TOY)
