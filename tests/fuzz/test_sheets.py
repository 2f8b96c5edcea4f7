"""Whatever somebody calls a CSV of mailboxes: it is planned or told what is wrong, and what is planned comes back."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import example, given
from hypothesis import strategies as st

from vmq.config.bulk import export_sheet, plan_sheet
from vmq.config.cells import columns_of
from vmq.config.load import parse
from vmq.config.model import MailboxConfig
from vmq.errors import ConfigError

TEXT = '[[mailbox]]\nnumber = "1001"\nname = "Ann"\n'
CELLS = st.one_of(
    st.sampled_from(["1001", "1002", "yes", "no", "-", "7", "0,5", "", "a b", "'=1", "x@example.org", '"', "2:3"]),
    st.text(max_size=12),
)
SHEETS = st.builds(
    lambda separator, names, rows: "\n".join(separator.join(row) for row in [names, *rows]),
    st.sampled_from([",", ";", "\t"]),
    st.lists(st.sampled_from(columns_of(MailboxConfig)), min_size=1, max_size=6).map(lambda names: ["number", *names]),
    st.lists(st.lists(CELLS, max_size=8), max_size=6),
)


@given(st.binary(max_size=300))
@example(b"\xff\xfe")
@example(b"sep=")
@example(b'number\n"')
def test_any_bytes(content: bytes) -> None:
    with suppress(ConfigError):
        plan_sheet(TEXT, "mailbox", content)


@given(SHEETS)
def test_what_is_planned_can_be_had_back(sheet: str) -> None:
    plan = plan_sheet(TEXT, "mailbox", sheet.encode(errors="replace"))
    if plan.problems:
        return
    with suppress(ConfigError):  # what the whole refuses, such as an address without a mail server
        parse(plan.text, None, {})
    back = plan_sheet(plan.text, "mailbox", export_sheet(plan.text, "mailbox"))
    assert (back.lines, back.problems) == ((), ())
