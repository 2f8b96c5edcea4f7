"""Changing the file table by table: only what has to change does, comments and layout stay, nothing bad is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmq.config.file import ConfigFile
from vmq.config.layout import spans
from vmq.config.load import load
from vmq.errors import ConfigError, SettingChanged, SettingUnknown

TEXT = """\
# our telephones
[http]
port = 8000   # behind the proxy

# Sales: the first who answer
[[queue]]
name = "sales"          # as in extensions.conf
strategy = "ringall"
ring_s   =   20
overflow = { timeout = "queue:support" } # when nobody comes
max_wait_s = 90

  # what they hear
  [queue.announce]
  frequency_s = 30      # not too often

# --- people ---

[[agent]]
name = "ann"
device = "PJSIP/1001"
queues = ["sales", { name = "support", penalty = 2 }]

# Support comes after the people
[[queue]]
name = "support"

# the end
"""


@pytest.fixture
def file(tmp_path: Path) -> ConfigFile:
    path = tmp_path / "vmq.toml"
    path.write_text(TEXT, encoding="utf-8")
    return ConfigFile(path, {})


def text_of(file: ConfigFile) -> str:
    return file.path.read_text(encoding="utf-8")


def changed_lines(file: ConfigFile) -> tuple[list[str], list[str]]:
    """Lines that are gone, and lines that came."""
    before, after = TEXT.splitlines(), text_of(file).splitlines()
    return [line for line in before if line not in after], [line for line in after if line not in before]


def test_one_setting_changes_one_line(file: ConfigFile) -> None:
    file.patch("queue", "sales", {"ring_s": 25})
    assert changed_lines(file) == (["ring_s   =   20"], ["ring_s   =   25"])


def test_what_says_the_same_changes_nothing(file: ConfigFile) -> None:
    file.patch("queue", "sales", {"strategy": "ring_all", "ring_s": 20.0, "wrap_up_s": 0, "weight": 0})
    assert text_of(file) == TEXT


def test_an_entry_put_back_changes_nothing(file: ConfigFile) -> None:
    for kind, name in (("queue", "sales"), ("queue", "support"), ("agent", "ann")):
        entry = file.entry(kind, name)
        assert file.put(kind, name, entry.settings, entry.etag) is False
    assert text_of(file) == TEXT


def test_a_table_within_is_merged_and_keeps_its_comments(file: ConfigFile) -> None:
    file.patch("queue", "sales", {"announce": {"on_join": True}, "overflow": {"full": "mailbox:600"}, "max_length": 9})
    text = text_of(file)
    assert "  frequency_s = 30      # not too often\n" in text
    assert 'timeout = "queue:support", full = "mailbox:600"' in text and "# when nobody comes" in text
    assert load(file.path, {}).queue[0].announce.on_join


def test_none_goes_back_to_the_default(file: ConfigFile) -> None:
    file.patch("queue", "sales", {"ring_s": None, "announce": {"frequency_s": None}})
    queue = load(file.path, {}).queue[0]
    assert (queue.ring_s, queue.announce.frequency_s) == (15, 0)
    assert 'name = "sales"          # as in extensions.conf' in text_of(file)


def test_put_says_all_that_the_table_says(file: ConfigFile) -> None:
    file.put("queue", "sales", {"strategy": "linear"})
    assert changed_lines(file)[1] == ['strategy = "linear"']
    assert load(file.path, {}).queue[0].announce.frequency_s == 0


def test_a_new_table_stands_after_the_last_of_its_kind(file: ConfigFile) -> None:
    assert file.put("queue", "night", {"ring_s": 30, "wrap_up_s": 0, "callback": {"is_on": False}})
    assert text_of(file).replace('\n[[queue]]\nname = "night"\nring_s = 30\n', "") == TEXT
    assert [queue.name for queue in load(file.path, {}).queue] == ["sales", "support", "night"]


def test_a_table_of_a_new_kind_stands_at_the_end(file: ConfigFile) -> None:
    file.put("trunk", "telco", {"dial": "PJSIP/{number}@telco"})
    assert text_of(file) == TEXT + '\n[[trunk]]\nname = "telco"\ndial = "PJSIP/{number}@telco"\n'


def test_a_table_goes_with_its_own_comments(file: ConfigFile) -> None:
    file.delete("agent", "ann")
    assert "# --- people ---\n" in text_of(file)
    file.delete("queue", "sales")
    text = text_of(file)
    assert "Sales" not in text and "# --- people ---" in text and "# the end" in text
    assert [queue.name for queue in load(file.path, {}).queue] == ["support"]


def test_a_change_that_contradicts_is_not_written(file: ConfigFile) -> None:
    for change in (
        lambda: file.delete("queue", "support"),
        lambda: file.patch("queue", "sales", {"ring_s": -1}),
        lambda: file.patch("queue", "sales", {"ringing": 1}),
        lambda: file.patch("queue", "sales", {"overflow": {"timeout": "queue:nowhere"}}),
        lambda: file.put("agent", "bob", {}),
    ):
        with pytest.raises(ConfigError) as caught:
            change()
        assert not isinstance(caught.value, SettingChanged | SettingUnknown)
        assert str(file.path) in str(caught.value)
    assert text_of(file) == TEXT


def test_a_mistake_can_be_mended(file: ConfigFile) -> None:
    file.path.write_text(TEXT.replace("ring_s   =   20", "ring_s = -20"), encoding="utf-8")
    file.patch("queue", "sales", {"ring_s": 20})
    assert load(file.path, {}).queue[0].ring_s == 20


def test_what_somebody_else_changed_is_not_overwritten(file: ConfigFile) -> None:
    mine = file.entry("queue", "sales")
    file.patch("queue", "support", {"weight": 5})
    file.patch("queue", "sales", {"weight": 1}, mine.etag)
    for change in (
        lambda: file.patch("queue", "sales", {"weight": 2}, mine.etag),
        lambda: file.put("queue", "sales", {}, mine.etag),
        lambda: file.delete("queue", "sales", mine.etag),
        lambda: file.put("queue", "new", {}, "*"),
    ):
        with pytest.raises(SettingChanged):
            change()
    assert load(file.path, {}).queue[0].weight == 1


def test_a_file_that_changes_during_the_check_is_not_overwritten(
    file: ConfigFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vmq.config import file as module

    def parse(*args: Any) -> None:
        file.path.write_text("# somebody was quicker\n", encoding="utf-8")

    monkeypatch.setattr(module, "parse", parse)
    with pytest.raises(SettingChanged):
        file.patch("queue", "sales", {"weight": 2})
    assert text_of(file) == "# somebody was quicker\n"


def test_unknown_names_are_told(file: ConfigFile) -> None:
    for ask in (
        lambda: file.entry("queue", "nowhere"),
        lambda: file.patch("queue", "nowhere", {}),
        lambda: file.delete("agent", "eve"),
    ):
        with pytest.raises(SettingUnknown):
            ask()


def test_mode_and_links_stay(file: ConfigFile, tmp_path: Path) -> None:
    file.path.chmod(0o640)
    link = tmp_path / "link.toml"
    link.symlink_to(file.path)
    ConfigFile(link, {}).patch("queue", "sales", {"weight": 2})
    assert link.is_symlink()
    assert file.path.stat().st_mode & 0o777 == 0o640
    assert load(file.path, {}).queue[0].weight == 2


def test_a_file_that_is_not_there_yet_is_made(tmp_path: Path) -> None:
    file = ConfigFile(tmp_path / "new.toml", {})
    file.put("queue", "sales", {})
    assert text_of(file) == '[[queue]]\nname = "sales"\n'
    assert file.path.stat().st_mode & 0o777 == 0o600


ODD = st.lists(
    st.sampled_from(
        [
            '[[queue]]\nname = "%d"\n',
            '[[queue]]\nname = "%d"\nmusic = """\n[[queue]]\n"""\n',
            "[[queue]]\nname = '%d'\ndispositions = [\n  'a',\n  '[[queue]]', # ]\n]\n",
            '[[queue]]\nname = "%d"\n\n\t[queue.announce]\non_join = true\n',
            '[[ agent ]]\nname = "%d"\ndevice = "PJSIP/1"\n',
            "# [[queue]] %d\n",
            "\n",
        ]
    ),
    max_size=8,
)


@given(ODD)
def test_tables_are_found_in_any_layout(parts: list[str]) -> None:
    text = "".join(part % number if "%d" in part else part for number, part in enumerate(parts))
    found = spans(text, "queue")
    assert len(found) == sum(part.startswith("[[queue]]") for part in parts)
    for span in found:
        table = text[span.begin : span.end]
        assert table.startswith("[[queue]]") and "agent" not in table
        assert not text[span.above : span.begin].strip() or text[span.above : span.begin].startswith("#")
