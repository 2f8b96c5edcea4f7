"""Reading the configuration: each mistake is one clear line, the environment wins, secrets stay out of messages."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmq.config.contradictions import is_loopback
from vmq.config.file import ConfigFile
from vmq.config.load import load
from vmq.errors import ConfigError


def write(folder: Path, text: str) -> Path:
    path = folder / "vmq.toml"
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(write(folder, text), {})
    return str(caught.value).splitlines()


def test_no_file_gives_the_embedded_defaults() -> None:
    config = load(None, {})
    assert config.uses_stand_in
    assert config.http.host == "127.0.0.1"


def test_a_file_is_read_and_its_folders_are_relative_to_it(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
        [asterisk]
        secret = "s3cret"
        [paths]
        data = "spool"
        [[queue]]
        name = "support"
        wrap_up_s = 5
        [[agent]]
        name = "ann"
        device = "PJSIP/1001"
        queues = ["support"]
        """,
    )
    config = load(path, {})
    assert config.paths.data == tmp_path / "spool"
    assert config.queue[0].wrap_up_s == 5
    assert [queue.name for queue in config.agent[0].queues] == ["support"]
    assert not config.uses_stand_in


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, "[http]\nport = 8000\n")
    assert load(path, {"VMQ_HTTP__PORT": "9000"}).http.port == 9000


def test_a_list_of_the_environment_is_parted_by_commas() -> None:
    config = load(None, {"VMQ_AGI__ALLOW": "10.0.0.0/8, ::1", "VMQ_PATHS__PERSONALITIES": "/packs"})
    assert config.agi.allow == ("10.0.0.0/8", "::1")
    assert config.paths.personalities == (Path("/packs"),)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("VMQ_HTPT__PORT", "htpt: there is no such setting"),
        ("VMQ_HTTP__PROT", "http.prot: there is no such setting"),
        ("VMQ_QUEUE__NAME", "VMQ_QUEUE__NAME: [[queue]] is set in the file only"),
    ],
)
def test_a_mistake_in_the_environment_is_told(tmp_path: Path, name: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(write(tmp_path, "[[queue]]\nname = 'a'\n"), {name: "1"})
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[http]\nprot = 1\n", "http.prot: there is no such setting"),
        ("[http]\nport = 99999\n", "http.port: "),
        ("[http]\nport = 'many'\n", "(it says 'many')"),
        ("[http\n", "is not valid TOML"),
        ("[http]\nhost = '0.0.0.0'\n", "http.token: is needed"),
        ("[[queue]]\nname='a'\n[[queue]]\nname='a'\n", "queue a: is there twice"),
        ("[[agent]]\nname='ann'\ndevice='PJSIP/1'\nqueues=['gone']\n", "agent ann: queues: there is no queue 'gone'"),
        ("[[agent]]\nname='ann'\ndevice='PJSIP/1,Local/x'\n", "agent ann: device: "),
        ("[agi]\nhost = '0.0.0.0'\n", "agi.address: is needed when agi.host is 0.0.0.0"),
        ("[mailbox]\nnumber = '1'\n", "mailbox: there may be several; write [[mailbox]]"),
        (
            "[[agent]]\nname='bob'\ndevice='PJSIP/1@t'\nkind='remote'\nstate_device='PJSIP/2'\n",
            "agent bob: state_device: ",
        ),
        ("[voicemail]\ncreate_pattern = '('\n", "voicemail.create_pattern: is no regular expression"),
        ("[voicemail]\nmin_message_s = 10\nmax_message_s = 5\n", "voicemail.min_message_s: must be smaller"),
    ],
)
def test_a_mistake_names_file_key_and_cause(tmp_path: Path, text: str, says: str) -> None:
    lines = mistakes(tmp_path, text)
    assert any(says in line for line in lines), lines
    assert all(line.startswith(str(tmp_path / "vmq.toml")) for line in lines)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    assert len(mistakes(tmp_path, "[http]\nport = -1\nx = 2\n[agi]\nport = -1\n")) == 3


def test_a_telephone_in_the_browser_needs_a_server_and_an_endpoint(tmp_path: Path) -> None:
    text = """
    [[agent]]
    name = "ann"
    device = "PJSIP/1&PJSIP/2"
    web_secret = "s3cret"
    """
    assert [line.partition(": ")[2].rpartition(": ")[0] for line in mistakes(tmp_path, text)] == [
        "agent ann: web_secret",
        "agent ann: web_user",
    ]
    better = text + 'web_user = "ann"\n[web_telephone]\nserver = "wss://pbx.example.com:8089/ws"\n'
    assert load(write(tmp_path, better), {}).agent[0].web_endpoint == "ann"


def test_contradictions_are_told_beside_other_mistakes(tmp_path: Path) -> None:
    text = """
    [[queue]]
    name = "a"
    ring_s = -1
    max_length = -1
    overflow = { full = "queue:b" }
    [[queue]]
    name = "b"
    schedule = "office"
    [[agent]]
    name = "ann"
    device = "PJSIP/1"
    queues = ["a", "c"]
    """
    assert [line.partition(": ")[2].rpartition(": ")[0] for line in mistakes(tmp_path, text)] == [
        "queue a: ring_s",
        "queue a: max_length",
        "queue b: schedule",
        "agent ann: queues",
    ]


def test_a_secret_is_not_repeated(tmp_path: Path) -> None:
    for text in (
        "[asterisk]\nsecret = 4711\n",
        "[storage]\nurl = 4711\n",
        "[mailbox]\npin = '4711'\n",
        "agi = [4711]\n",
    ):
        assert "4711" not in "\n".join(mistakes(tmp_path, text))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file"):
        load(tmp_path / "none.toml", {})


def test_an_edit_keeps_comments_order_and_mode(tmp_path: Path) -> None:
    path = write(tmp_path, "# ours\n[asterisk]\nuser = 'vmq' # the manager user\n\n[http]\nport = 1\n")
    path.chmod(0o640)
    ConfigFile(path, {}).set_value("asterisk", "secret", "abc")
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# ours\n[asterisk]\nuser = 'vmq' # the manager user\nsecret = \"abc\"\n")
    assert path.stat().st_mode & 0o777 == 0o640
    assert load(path, {}).http.port == 1


@pytest.mark.parametrize(
    ("host", "expected"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("pbx", False)]
)
def test_what_counts_as_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected
