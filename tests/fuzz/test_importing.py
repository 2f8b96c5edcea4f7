"""Whatever stands in Asterisk's files, an import tells of it and gives a configuration that can be read."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vmq.importing.asterisk_config import parse_config
from vmq.importing.queue_options import GENERAL, RULES
from vmq.importing.queues import AGENT_OPTIONS
from vmq.importing.run import import_files

SLOW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
NAMES = st.sampled_from(["general", "a", "A", "my queue", "t", "1001", "ü", "", "queue/1"])
OPTIONS = st.sampled_from(
    [*RULES, *GENERAL, *AGENT_OPTIONS, "member", "penaltychange", "defaultrule", "Member", "nothing", "\\[x"]
)
VALUES = st.one_of(
    st.sampled_from(
        [
            "yes",
            "no",
            "all",
            "0",
            "-1",
            "99999999999",
            "strict",
            "30,+3",
            "30,,,r5",
            "PJSIP/1,2,Ann",
            "Local/1@x,,,Agent:1001",
        ]
    ),
    st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\n"), max_size=12),
    st.lists(st.text(alphabet='PJSIP/1,"\\r+- ', max_size=6), max_size=8).map(",".join),
)
LINES = st.one_of(
    st.builds("[{}]{}".format, NAMES, st.sampled_from(["", "(!)", "(+)", "(a)", "(t,!)", "(", "(+x=y)"])),
    st.builds("{} {} {}".format, OPTIONS, st.sampled_from(["=", "=>", "+="]), VALUES),
    st.sampled_from([";--", "--;", "; x", "#include none.conf", "#include *", "#exec x", "#"]),
    st.text(max_size=10),
)
FILES = st.lists(LINES, max_size=15).map("\n".join)


@SLOW
@given(FILES, FILES, FILES)
def test_any_files_are_imported(queues: str, rules: str, agents: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for name, text in (("queues.conf", queues), ("queuerules.conf", rules), ("agents.conf", agents)):
            path = Path(folder) / name
            path.write_text(text, encoding="utf-8")
            paths.append(path)
        done = import_files(paths)
        assert done.problems == []
        assert import_files(paths, done.text).problems == []


@given(st.text(max_size=200))
def test_any_text_is_parsed(text: str) -> None:
    config = parse_config(text, Path("/nowhere/x.conf"))
    for category in config.categories:
        for setting in category.settings:
            assert setting.key and "\n" not in setting.value
