"""Cues in languages with genders and more plurals than two: what is heard, what is told, where a clip is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.dialogue.packs import PERSONALITIES, TOY, comedian, write_toy
from vmq.dialogue.check import check_pack
from vmq.dialogue.load import load_pack
from vmq.dialogue.places import clip_places
from vmq.dialogue.say import say_cue
from vmq.domain.line import Clip

FLOW = 'start = "a"\n[state.a]\nkind = "say"\ncue = "x"\nnext = "over"\n[state.over]\nkind = "end"\n'
NO_GENDER = 'cue.x.say = [{ number = "count", gender = "f" }]\n'
RUSSIAN = (
    'cue.x.say = [{ number = "count", gender = "x" }, { plural = "count", one = "a", other = "a" }]\ntext.a = "a"\n'
)


def say(language: str, cue: str, **facts: object) -> str:
    given = {name: str(value) for name, value in facts.items()}
    return " ".join(one.text for one in say_cue(comedian(), cue, given, language) if isinstance(one, Clip))


@pytest.mark.parametrize(
    ("language", "facts", "words"),
    [
        ("de", {"new": 1}, "Sie haben eine neue Nachricht"),
        ("de", {"new": 2, "old": 1}, "Sie haben zwei neue und eine alte Nachricht"),
        ("de", {"urgent": 1, "new": 21, "old": 5}, "Sie haben eine dringende und einund zwanzig neue und fünf alte"
         " Nachrichten"),
        ("de", {}, "Sie haben keine Nachrichten"),
        ("ru", {"new": 1}, "У вас одно новое сообщение"),
        ("ru", {"new": 2}, "У вас два новых сообщения"),
        ("ru", {"new": 5}, "У вас пять новых сообщений"),
        ("ru", {"new": 21}, "У вас двадцать одно новое сообщение"),
        ("ru", {"new": 11, "old": 22}, "У вас одиннадцать новых и двадцать два старых сообщения"),
        ("ru", {"urgent": 1}, "У вас одно важное сообщение"),
        ("ru", {}, "У вас нет сообщений"),
    ],
)  # fmt: skip
def test_counts_agree(language: str, facts: dict[str, int], words: str) -> None:
    assert say(language, "intro", **facts) == words


@pytest.mark.parametrize(
    ("language", "minutes", "words"),
    [
        ("de", 1, "Dauer der Nachricht: eine Minute"),
        ("ru", 1, "Продолжительность сообщения одна минута"),
        ("ru", 3, "Продолжительность сообщения три минуты"),
        ("ru", 12, "Продолжительность сообщения двенадцать минут"),
    ],
)
def test_lengths_agree(language: str, minutes: int, words: str) -> None:
    assert say(language, "length", message_minutes=minutes) == words


def test_a_menu_is_offered_in_the_order_of_the_language() -> None:
    assert say("de", "change_folder").startswith(
        "Welchen Ordner möchten Sie öffnen? Drücken Sie null für neue Nachrichten"
    )
    assert say("ru", "change_folder").startswith(
        "Какую папку открыть? Нажмите ноль для новых сообщений один для старых"
    )


def test_a_gender_that_the_language_has_not_and_a_plural_that_is_missing_are_told(tmp_path: Path) -> None:
    pack = write_toy(tmp_path, FLOW, NO_GENDER)
    (pack / "cues" / "ru.toml").write_text(RUSSIAN, encoding="utf-8")
    found = [(one.file, one.text) for one in check_pack(pack, (TOY,))]
    assert ("cues/en.toml", '"en" has no gender "f": take it out') in found
    assert any(file == "cues/ru.toml" and '"ru" has no gender "x"' in text for file, text in found)
    assert {text.split(":")[0] for file, text in found if "plural" in text and file == "cues/ru.toml"} == {
        "the plural of count has no form for few",
        "the plural of count has no form for many",
    }


@pytest.mark.parametrize(
    ("clip", "place"),
    [
        ("vm-youhave", "intro: in the middle"),
        ("vm-goodbye", "goodbye: alone"),
        ("vm-INBOX", "new_count: at the end"),
        ("vm-duration", "length: goes on"),
        ("vm-Work", "choice work: goes on"),
    ],
)
def test_a_speaker_is_told_where_a_clip_stands(clip: str, place: str) -> None:
    pack = load_pack(PERSONALITIES / "comedian").pack or pytest.fail("can't be read")
    assert place in clip_places(pack.books["en"])[clip]
