"""A pack with mistakes is told all of them: each with its file, its key and what to write instead."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.unit.dialogue.packs import copy_of, spoil
from vmq.app.subjects import SUBJECTS
from vmq.dialogue.check import check_pack, open_pack
from vmq.errors import PackError


@dataclass(frozen=True)
class Seed:
    """A mistake put into the comedian pack, and what must be reported: where, and which words of help."""

    file: str
    right: str
    wrong: str
    key: str
    helps: str

    def plant(self, pack: Path) -> None:
        spoil(pack, self.file, self.right, self.wrong)


TEN = [
    Seed("personality.toml", 'id = "comedian"', 'id = "comedy"', "id", 'write id = "comedian"'),
    Seed("flows/options.toml", 'to = "temp"', 'to = "tmep"', 'state.options.keys."4".to', 'write "temp"'),
    Seed(
        "flows/leave_message.toml",
        'when = "has_review"',
        'when = "has_reveiw"',
        "state.record.next[0].when",
        'write "has_review"',
    ),
    Seed(
        "flows/change_pin.toml",
        'do = "check_new_pin"',
        'do = "chek_new_pin"',
        "state.check.do",
        'write "check_new_pin"',
    ),
    Seed("flows/log_in.toml", 'cue = "locked_out"', 'cue = "lockd_out"', "state.locked.cue", 'write "locked_out"'),
    Seed(
        "cues/en.toml",
        '"vm-Old", { plural = "old", one = "vm-message", other = "vm-messages" }',
        '"vm-Old", { plural = "old", one = "vm-message" }',
        "cue.old_count",
        'write other = "a-clip"',
    ),
    Seed(
        "cues/en.toml",
        'say = ["vm-nomore"]',
        'say = ["vm-nomoar"]',
        "cue.no_more",
        'write "vm-nomoar" = "what it says" under [text]',
    ),
    Seed(
        "flows/record_greeting.toml",
        '"3" = { name = "again"',
        '"9" = { name = "again"',
        "state.review.cue",
        'bind again to "3"',
    ),
    Seed(
        "flows/set_up.toml",
        '[{ when = "is_pin_set", to = "finish" }, { to = "done" }]',
        '[{ when = "is_pin_set", to = "finish" }]',
        "state.pin.next[0].when",
        'add { to = "a state" }',
    ),
    Seed(
        "flows/set_up.toml",
        "[state.finish]",
        '[state.party]\nkind = "end"\n\n[state.finish]',
        "state.party",
        "name it in a to",
    ),
]

OTHERS = {
    "newer schema": Seed("personality.toml", "schema = 1", "schema = 2", "schema", "write schema = 1"),
    "missing entry": Seed(
        "personality.toml",
        'entry.leave_message = "leave_message"\n',
        "",
        "entry.leave_message",
        'write entry.leave_message = "…"',
    ),
    "unknown kind": Seed("flows/log_in.toml", 'kind = "ask"', 'kind = "aks"', "state.ask_mailbox.kind", 'write "ask"'),
    "unknown field": Seed(
        "flows/log_in.toml", "min_digits = 0", "min_digit = 0", "state.ask_mailbox.min_digit", 'write "min_digits"'
    ),
    "wrong type": Seed("flows/change_pin.toml", "tries = 3", "tries = true", "defaults.tries", "write a number"),
    "unknown setting": Seed(
        "flows/options.toml",
        '"setting.menu_wait_s"',
        '"setting.menu_wait"',
        "state.options.timeout_s",
        'write "setting.menu_wait_s"',
    ),
    "missing argument": Seed(
        "flows/options.toml",
        'with = { kind = "temp" }, ',
        "",
        'state.temp_menu.keys."2".with',
        'write with = { kind = "…" }',
    ),
    "unknown flow": Seed(
        "flows/options.toml", 'flow = "change_pin"', 'flow = "chnge_pin"', "state.password.flow", 'write "change_pin"'
    ),
    "value out of range": Seed(
        "flows/options.toml",
        'set = { greeting_kind = "busy" }',
        'set = { greeting_kind = "bus" }',
        'state.options.keys."2".set.greeting_kind',
        'write one of "unavail", "busy"',
    ),
    "silent loop": Seed(
        "flows/check_messages.toml",
        'gave_up = "goodbye"\n\n[state.nothing_here]',
        'gave_up = "help"\n\n[state.nothing_here]',
        "state.help",
        "goes round without a key being pressed",
    ),
    "no way to fail": Seed(
        "flows/set_up.toml", 'failed = "done"', "", "state.finish.failed", 'write failed = "a state"'
    ),
    "no way when the disk is full": Seed(
        "flows/record_greeting.toml",
        'failed = "not_kept"\n\n',
        "\n",
        "state.record.failed",
        'write failed = "a state"',
    ),
    "lost recording": Seed(
        "flows/leave_message.toml",
        'gave_up = "drop"\nhung_up = "caller_is_gone"',
        'gave_up = "drop"',
        "state.record.hung_up",
        'do = "store_message" if is_recorded',
    ),
    "secret spoken": Seed(
        "cues/en.toml", '{ digits = "mailbox" }', '{ digits = "typed_pin" }', "cue.person", 'write "typed_'
    ),
    "unguarded first": Seed(
        "flows/log_in.toml",
        '{ when = "is_locked", to = "locked" },',
        '{ to = "locked" },',
        "state.refused.next[1]",
        "give it one",
    ),
    "broken script": Seed(
        "tests/log_in.toml",
        'hears = "password" }, { enters = "1111" }',
        'hears = "passport" }',
        "call[4]",
        'what was said is "password"',
    ),
}


def test_ten_seeded_mistakes_get_ten_reports(tmp_path: Path) -> None:
    pack = copy_of("comedian", tmp_path)
    for seed in TEN:
        seed.plant(pack)

    findings = check_pack(pack, SUBJECTS)

    for seed in TEN:
        found = [finding for finding in findings if (finding.file, finding.key) == (seed.file, seed.key)]
        assert found, f"nothing about {seed.file}: {seed.key} in {[str(finding) for finding in findings]}"
        assert seed.helps in found[0].text
    assert len(findings) == len(TEN), [str(finding) for finding in findings]


@pytest.mark.parametrize("name", OTHERS)
def test_a_seeded_mistake_is_reported_with_its_remedy(name: str, tmp_path: Path) -> None:
    seed = OTHERS[name]
    pack = copy_of("comedian", tmp_path)
    seed.plant(pack)

    findings = check_pack(pack, SUBJECTS)

    found = [finding for finding in findings if (finding.file, finding.key) == (seed.file, seed.key)]
    assert found, [str(finding) for finding in findings]
    assert any(seed.helps in finding.text for finding in found), found


def test_a_bad_pack_is_refused_with_every_finding(tmp_path: Path) -> None:
    pack = copy_of("comedian", tmp_path)
    for seed in TEN[:3]:
        seed.plant(pack)

    with pytest.raises(PackError) as refused:
        open_pack(pack, SUBJECTS)

    assert "3 mistakes" in str(refused.value)
    for seed in TEN[:3]:
        assert f"{seed.file}: {seed.key}: " in str(refused.value)
