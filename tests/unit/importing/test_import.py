"""What becomes of queues.conf, queuerules.conf and agents.conf: each line is told, the result can be used."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.live.install import cache_folder
from tests.support.vmq_command import vmq
from vmq.app.rules import house_rules
from vmq.config.load import parse
from vmq.config.model import Config
from vmq.domain.rules import PenaltyChange, Strategy
from vmq.errors import ConfigError
from vmq.importing.queue_options import GENERAL, QUEUE_LOG, RULES
from vmq.importing.queues import AGENT_OPTIONS
from vmq.importing.report import Verdict
from vmq.importing.run import Imported, import_files

ODD = Path(__file__).parent / "odd"
FILES = [ODD / name for name in ("queues.conf", "queuerules.conf", "agents.conf")]
SAMPLES = cache_folder() / "asterisk-root" / "usr" / "share" / "asterisk" / "conf" / "samples"
"""Asterisk's own sample files, which come with Debian's package; read here, and not ours to keep."""


def imported(folder: Path, text: str, *, rules: str = "", agents: str = "", into: str = "") -> Imported:
    paths = []
    for name, content in (("queues.conf", text), ("queuerules.conf", rules), ("agents.conf", agents)):
        if content:
            (folder / name).write_text(content, encoding="utf-8")
            paths.append(folder / name)
    done = import_files(paths, into)
    assert not done.problems, done.problems
    return done


def config_of(done: Imported) -> Config:
    return parse(done.text, Path("vmq.toml"), {})


def verdicts(lines: Sequence[str], at: str) -> list[str]:
    """What was said of a line: `file:line`."""
    return [line.split(maxsplit=1)[1] for line in lines if line.split()[0] == at]


def test_the_result_can_be_used_and_says_what_the_files_say() -> None:
    done = import_files(FILES)
    assert done.problems == []
    rules = house_rules(config_of(done))
    sales, support, caf, night, bad = rules.queues
    assert (sales.name, sales.strategy, sales.ring_s, sales.wrap_up_s) == (
        "sales",
        Strategy.ROUND_ROBIN_ORDERED,
        25,
        10,
    )
    assert (sales.announce.position, sales.announce.position_limit, sales.announce.hold_time) == ("more", 10, "yes")
    assert (support.strategy, support.ring_s, support.record, support.auto_pause) == (
        Strategy.RING_ALL,
        300,
        "wav49",
        "queue",
    )
    assert support.auto_pause_on == {"no_answer", "busy"}
    assert support.penalty_changes == (
        PenaltyChange(30, "+3"),
        PenaltyChange(60, "10", "5"),
        PenaltyChange(90, "", "", "r20"),
    )
    assert [queue.name for queue in (caf, night, bad)] == ["caf", "night", "bad"]
    ann, bob, carla, *_ = rules.agents
    assert (ann.name, ann.full_name, ann.dial, ann.penalties) == (
        "Ann-Miller",
        "Ann Miller",
        "PJSIP/1001",
        {"Support-Desk": 1},
    )
    assert (bob.full_name, bob.wrap_up_s, bob.queues) == ("Bob, Junior", 20, ("sales", "Support-Desk", "caf"))
    assert (carla.state_device, carla.confirm, carla.wrap_up_s, carla.full_name) == (
        "Agent:1003",
        True,
        5,
        "Carla Conti",
    )


def test_every_active_line_of_every_file_is_told() -> None:
    lines = import_files(FILES).lines
    told = {line.split()[0] for line in lines}
    for path in ODD.rglob("*.conf"):
        is_comment = False
        for number, text in enumerate(path.read_bytes().decode("latin-1").splitlines(), 1):
            was_comment, is_comment = is_comment, (is_comment or ";--" in text) and "--;" not in text
            is_active = re.match(r"\s*[a-z#]", text) and not was_comment and not is_comment
            is_followed = text.startswith("#include more") or "more/*.conf" in text or text.startswith("member +=")
            is_gone = path.name == "queues.conf" and number in (52, 56)  # added to; in a category that is skipped
            if is_active and not is_followed and not is_gone:
                assert f"{path.name}:{number}" in told, text


@pytest.mark.parametrize(
    ("at", "verdict", "says"),
    [
        ("queues.conf:3", "changed", "side by side in any case"),
        ("queues.conf:7", "not understood", "is no option of [general]"),
        ("queues.conf:12", "left out", "queues.conf:21 says it again"),
        ("queues.conf:13", "changed", "back_off_s = 3"),
        ("queues.conf:18", "taken", "weight = 2"),
        ("queues.conf:29", "changed", 'strategy = "ring_all", as Asterisk does'),
        ("queues.conf:31", "changed", "lunch is no condition"),
        ("queues.conf:33", "changed", "ring_s = 300"),
        ("queues.conf:43", "left out", "no dialplan runs before a talk"),
        ("queues.conf:47", "not understood", "is no option of a queue"),
        ("queues.conf:51", "changed", "is a hint: name the device"),
        ("queues.conf:53", "not understood", "is no interface"),
        ("queues.conf:55", "left out", "Asterisk skips the second"),
        ("night.conf:2", "taken", "queue caf: max_length = 30"),
        ("cafe.conf:1", "changed", "is called caf in vmq"),
        ("queuerules.conf:7", "not understood", "is not seconds,max"),
        ("agents.conf:5", "taken", "wrap_up_s = 5.0 (Asterisk has milliseconds here)"),
        ("agents.conf:10", "left out", "nothing says what to dial"),
    ],
)
def test_a_line_is_told(at: str, verdict: str, says: str) -> None:
    found = verdicts(import_files(FILES).lines, at)
    assert any(line.startswith(verdict) and says in line for line in found), found


def test_app_queues_defaults_are_written_where_they_differ(tmp_path: Path) -> None:
    done = imported(tmp_path, "[a]\nannounce-frequency=30\nperiodic-announce-frequency=60\n")
    queue = config_of(done).queue[0]
    assert queue.strategy is Strategy.RING_ALL
    assert (queue.announce.hold_time, queue.announce.periodic) == ("yes", ("queue-periodic-announce",))


def test_agents_stand_in_the_order_that_linear_queues_want(tmp_path: Path) -> None:
    any_order = "[a]\n" + "".join(f"member => PJSIP/{number}\n" for number in (3, 1, 2))
    in_order = "[b]\nstrategy=linear\n" + "".join(f"member => PJSIP/{number}\n" for number in (1, 2, 3))
    done = imported(tmp_path, any_order + in_order)
    assert [agent.name for agent in config_of(done).agent] == ["1", "2", "3"]
    assert not [line for line in done.lines if "one order" in line]


def test_what_is_configured_already_stays(tmp_path: Path) -> None:
    into = """\
# ours
[[queue]]
name = "sales"     # the shop
survey = true      # asked for by Eve
ring_s = 15

[[agent]]
name = "ann"       # not 1001
device = "PJSIP/1001"
skills = { german = 5 }
queues = ["night"]

[[queue]]
name = "night"
"""
    done = imported(tmp_path, "[sales]\nstrategy=linear\ntimeout=20\nmember => PJSIP/1001,2,Annie\n", into=into)
    config = config_of(done)
    assert (config.queue[0].survey, config.queue[0].ring_s) == (True, 20)
    assert [queue.model_dump() for queue in config.agent[0].queues] == ["night", {"name": "sales", "penalty": 2}]
    assert (config.agent[0].name, config.agent[0].skills) == ("ann", {"german": 5})
    for line in ("# ours", 'name = "sales"     # the shop', "survey = true      # asked for by Eve"):
        assert line in done.text
    assert import_files([tmp_path / "queues.conf"], done.text).text == done.text


def test_a_configuration_with_mistakes_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "queues.conf").write_text("[a]\n")
    with pytest.raises(ConfigError, match="ring_s"):
        import_files([tmp_path / "queues.conf"], '[[queue]]\nname = "a"\nring_s = -1\n')


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("sip.conf",), "is none of queuerules.conf, queues.conf, agents.conf, voicemail.conf"),
        (("queues.conf", "queues-old.conf"), "queues.conf is given twice"),
        (("queuerules.conf",), "can't be read"),
    ],
)
def test_files_that_cant_be_imported(tmp_path: Path, names: tuple[str, ...], says: str) -> None:
    for name in names:
        if name != "queuerules.conf":
            (tmp_path / name).write_text("")
    with pytest.raises(ConfigError, match=re.escape(says)):
        import_files([tmp_path / name for name in names])


def test_the_command_tells_then_writes(tmp_path: Path) -> None:
    (tmp_path / "queues.conf").write_text("[sales]\nstrategy=rrmemory\nmember => PJSIP/1001\n")
    (tmp_path / "vmq.toml").write_text("# ours\n[http]\nport = 8000\n")
    shown = vmq("import", "queues.conf", folder=tmp_path)
    assert (shown.status, shown.errors) == (0, [])
    assert shown.out[0].split()[:2] == ["queues.conf:2", "taken"]
    assert "2 taken, 0 changed, 0 left out, 0 not understood" in shown.out
    tried = vmq("import", "queues.conf", "--out", "vmq.toml", "--dry-run", folder=tmp_path)
    assert '+strategy = "round_robin"' in tried.out
    assert (tmp_path / "vmq.toml").read_text() == "# ours\n[http]\nport = 8000\n"
    written = vmq("import", "queues.conf", "--out", "vmq.toml", folder=tmp_path)
    assert written.out[-1] == "wrote vmq.toml"
    text = (tmp_path / "vmq.toml").read_text()
    assert text.startswith("# ours\n[http]\nport = 8000\n\n[[queue]]\n")
    assert parse(text, Path("vmq.toml"), {}).agent[0].device == "PJSIP/1001"


OPTION = re.compile(r"^\s*;?\s*([a-z][a-z_-]+)\s*=>?\s*(\S.*)?$", re.IGNORECASE)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="no Asterisk installed by tests.live.install")
@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("queues.conf", {*RULES, *GENERAL, *QUEUE_LOG, "member", "defaultrule"}),
        ("queuerules.conf", {"realtime_rules", "penaltychange"}),
        ("agents.conf", set(AGENT_OPTIONS)),
    ],
)
def test_every_option_of_the_sample_files_is_known(name: str, known: set[str]) -> None:
    text = (SAMPLES / f"{name}.sample").read_text(encoding="utf-8")
    options = {match[1].lower() for line in text.splitlines() if (match := OPTION.match(line))}
    # Sentences of the comments that look like options.
    sentences = {"sl"}
    assert len(options) > 1
    assert {option for option in options - known if option not in sentences} == set()


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="no Asterisk installed by tests.live.install")
def test_the_sample_files_with_all_their_examples_are_imported(tmp_path: Path) -> None:
    """Every commented-out example of the samples is made active."""
    for name in ("queues.conf", "agents.conf"):
        lines = [
            line.lstrip("; ") if re.match(r"^;\s?(\[[a-z0-9-]+\]|[a-z][a-z_-]+ ?=)", line) else line
            for line in (SAMPLES / f"{name}.sample").read_text(encoding="utf-8").splitlines()
        ]
        (tmp_path / name).write_text("\n".join(lines), encoding="utf-8")
    done = import_files([tmp_path / "queues.conf", tmp_path / "agents.conf"])
    assert done.problems == []
    assert [queue.name for queue in config_of(done).queue] == ["markq"]
    strange = [line for line in done.lines[:-1] if Verdict.NOT_UNDERSTOOD.value in line.split("→")[0]]
    assert strange == []


def test_options_of_queue_log_are_settings_of_it(tmp_path: Path) -> None:
    text = "[general]\nlog_membername_as_agent = yes\nlog-caller-id-name = no\n[a]\n"
    done = imported(tmp_path, text, into="[queue_log]\ntable = true # for the wallboard\n")
    queue_log = config_of(done).queue_log
    assert (queue_log.table, queue_log.member_names, queue_log.caller_names) == (True, True, False)
    assert "table = true # for the wallboard" in done.text
