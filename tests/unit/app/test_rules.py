"""The configuration's queues, agents and trunks in the core's words."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from vmq.app.changes import Change, difference
from vmq.app.rules import house_rules
from vmq.config.load import parse
from vmq.config.model import Config
from vmq.domain.rules import (
    AgentRules,
    AnnounceRules,
    AutoPause,
    CallbackRules,
    NeedStep,
    PenaltyChange,
    QueueRules,
    Strategy,
    TrunkRules,
)
from vmq.domain.skills import parse_needs

TEXT = """
[[queue]]
name = "sales"
strategy = "rrmemory"
ring_s = 20
progressive_s = 7
keep_ringing = true
wrap_up_s = 10
max_wait_s = 300
max_length = 9
max_attempts = 4
back_off_s = 6
back_off_busy_s = 60
back_off_refused_s = 0
weight = 2
ageing_s = 30
penalty_rule = "later"
penalty_members_limit = 3
needs = "german >= 5"
steps = [{ after_s = 30, needs = "german" }, { after_s = 60, needs = "" }]
join_empty = "strict"
leave_empty = ["paused", "inuse"]
auto_pause = "all"
auto_pause_on = ["busy", "no_answer"]
auto_pause_after = 2
auto_pause_delay_s = 5
service_level_s = 20
short_abandon_s = 3
schedule = "office"
overflow = { closed = "mailbox:600", full = "queue:support", timeout = "extension:100@inside" }
keys = { 1 = "callback", "*2" = "voicemail:600", 3 = "queue:support" }
exit_context = "ivr"
voice = "house"
survey = true
whisper = true
confirm = true
auto_answer = true
url = "https://crm/?q={number}"
record = "wav"
features = "t"
dispositions = ["sold", "later"]
announce = { frequency_s = 60, position = "more", periodic = ["hold", "web"], periodic_s = 45, is_random = true }
callback = { is_on = true, dial = "PJSIP/{number}@telco", allow = ["_0ZXXX."], agent_first = false }

[[queue]]
name = "support"

[[schedule]]
name = "office"
zone = "Europe/Berlin"
week = { mon-fri = "9-17" }

[[penalty_rule]]
name = "later"
change = [{ after_s = 60, min_penalty = 1, raise_to = "r2" }, { after_s = 30, max_penalty = "+3" }]

[[trunk]]
name = "telco"
dial = "PJSIP/{number}@telco"
capacity = 30

[[agent]]
name = "ann"
full_name = "Ann Miller"
device = "PJSIP/1001&PJSIP/2001"
state_device = "PJSIP/1001"
queues = ["sales", { name = "support", penalty = 4 }]
skills = { german = 8 }
ring_s = 9
wrap_up_s = 0
logged_in = false
auto_answer = true

[[agent]]
name = "bob"
kind = "remote"
device = "01701234567"
trunks = ["telco"]
confirm = true
"""


def configured(text: str = TEXT) -> Config:
    return parse(text, Path("vmq.toml"), {})


def test_every_rule_of_a_queue_can_be_said() -> None:
    queue = house_rules(configured()).queues[0]
    later = (PenaltyChange(30, max_penalty="+3"), PenaltyChange(60, min_penalty="1", raise_to="r2"))
    assert queue.schedule is not None and queue.schedule.is_open(1_763_976_600)  # a Monday, 10:30 in Berlin
    assert queue == QueueRules(
        name="sales",
        ring_s=20,
        wrap_up_s=10,
        max_wait_s=300,
        max_length=9,
        back_off_s=6,
        back_off_busy_s=60,
        back_off_refused_s=0,
        strategy=Strategy.ROUND_ROBIN,
        progressive_s=7,
        keep_ringing=True,
        weight=2,
        ageing_s=30,
        penalty_members_limit=3,
        penalty_changes=later,
        needs=parse_needs("german >= 5"),
        steps=(NeedStep(30, parse_needs("german")), NeedStep(60, parse_needs(""))),
        join_empty=frozenset({"penalty", "paused", "invalid", "unavailable"}),
        leave_empty=frozenset({"paused", "inuse"}),
        max_attempts=4,
        auto_pause=AutoPause.ALL,
        auto_pause_on=frozenset({"busy", "no_answer"}),
        auto_pause_after=2,
        auto_pause_delay_s=5,
        service_level_s=20,
        short_abandon_s=3,
        schedule=queue.schedule,
        overflow={"closed": "mailbox:600", "full": "queue:support", "timeout": "extension:100@inside"},
        keys={"1": "callback", "*2": "voicemail:600", "3": "queue:support"},
        exit_context="ivr",
        voice="house",
        announce=AnnounceRules(60, position="more", periodic=("hold", "web"), periodic_s=45, is_random=True),
        callback=CallbackRules(True, "PJSIP/{number}@telco", ("_0ZXXX.",), agent_first=False),
        survey=True,
        whisper=True,
        confirm=True,
        auto_answer=True,
        url="https://crm/?q={number}",
        record="wav",
        features="t",
        dispositions=("sold", "later"),
    )
    defaults = QueueRules("sales")
    assert [f.name for f in fields(queue) if getattr(queue, f.name) == getattr(defaults, f.name)] == ["name"]


def test_a_queue_of_which_nothing_is_said_has_the_cores_defaults() -> None:
    assert house_rules(configured()).queues[1] == QueueRules("support")


def test_every_rule_of_an_agent_can_be_said() -> None:
    ann, bob = house_rules(configured()).agents
    assert ann == AgentRules(
        name="ann",
        dial="PJSIP/1001&PJSIP/2001",
        queues=("sales", "support"),
        state_device="PJSIP/1001",
        ring_s=9,
        wrap_up_s=0,
        is_logged_in=False,
        penalties={"support": 4},
        skills={"german": 8},
        auto_answer=True,
        full_name="Ann Miller",
    )
    assert bob == AgentRules(name="bob", dial="01701234567", is_remote=True, trunks=("telco",), confirm=True)


def test_trunks_and_penalty_rules() -> None:
    rules = house_rules(configured())
    assert rules.trunks == (TrunkRules("telco", "PJSIP/{number}@telco", 30),)
    assert list(rules.penalty_rules) == ["later"]


def test_what_differs_is_named() -> None:
    old = configured()
    text = TEXT.replace("ring_s = 20", "ring_s = 21").replace('name = "bob"', 'name = "carl"')
    text += '[voicemail]\nreview = true\n[log]\nlevel = "debug"\n[http]\nport = 1\n[[mailbox]]\nnumber = "1"\n'
    new = configured(text)
    assert difference(old, old, new) == Change(
        rules=("queue sales changed", "agent bob removed", "agent carl added"),
        others=("mailbox 1 added", "voicemail.review", "log.level"),
        restart=("http.port",),
    )
    assert difference(old, new, new) == Change(restart=("http.port",))
    assert difference(old, old, old) == Change()


def test_another_order_of_agents_is_a_change() -> None:
    old = configured()
    new = old.model_copy(update={"agent": old.agent[::-1]})
    assert difference(old, old, new).rules == ("agents in another order",)
