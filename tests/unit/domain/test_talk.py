"""During a talk: hold, transfer, recording, supervision, disposition. What ends with it, and what meets its end."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.stage import TALK, Stage, check_floor
from vmq.domain.agent import AgentStatus
from vmq.domain.asked import DispositionChosen, EndAsked, HoldAsked, RecordingAsked, SupervisionAsked, TransferAsked
from vmq.domain.commands import (
    EndSupervision,
    HangUpLeg,
    HoldCall,
    RecordCall,
    ReleaseCaller,
    SuperviseCall,
    SwitchSupervision,
    TransferCall,
)
from vmq.domain.events import (
    BridgeEntered,
    BridgeLeft,
    CallerJoined,
    CallerSessionEnded,
    CallTransferred,
    ChannelHeld,
    ChannelHungUp,
    ConnectEnded,
    Event,
    RecordingChanged,
    SeenChannel,
    SupervisionBegan,
    SupervisionEnded,
    SupervisionSwitched,
    leg_id,
)
from vmq.domain.records import (
    CallCompleted,
    CallerEntered,
    CallHeld,
    CallRecorded,
    CallSupervised,
    DispositionSet,
)
from vmq.domain.restore import restore
from vmq.domain.rules import AgentRules, QueueRules
from vmq.engine.ports import JournalEntry

ANN = AgentRules("ann", "PJSIP/1001", ("sales",))
BLIND = CallTransferred("c1", "blind", "1002|phones")


@pytest.fixture
def stage() -> Stage:
    stage = Stage([QueueRules("sales", wrap_up_s=10, dispositions=("sold", "lost")), QueueRules("support")], [ANN])
    stage.floor.recordings = "/rec"
    return stage


# --- hold


def test_hold_of_either_telephone_is_kept_with_whose_it_is(stage: Stage) -> None:
    offer_id = stage.talk()
    leg = leg_id(offer_id)
    stage.step(ChannelHeld(leg, True), ChannelHeld(leg, True), ChannelHeld("c1", True), ChannelHeld(leg, False))
    assert [(held.agent, held.is_held) for held in stage.noted(CallHeld)] == [("ann", True), ("", True), ("ann", False)]


def test_end_of_a_hold_that_never_began_is_nothing(stage: Stage) -> None:
    offer_id = stage.talk()
    stage.step(ChannelHeld(leg_id(offer_id), False), ChannelHeld("c9", True))
    assert stage.noted(CallHeld) == []


def test_hold_asked_for_gives_the_caller_music_and_ends_with_the_talk(stage: Stage) -> None:
    offer_id = stage.talk()
    assert stage.step(HoldAsked("c1", True), HoldAsked("c1", True)) == [
        HoldCall(offer_id, "c1", f"PJSIP/{offer_id}", True)
    ]
    stage.step(ChannelHungUp(leg_id(offer_id), 16))
    assert stage.only(HoldCall) == HoldCall(offer_id, "c1", f"PJSIP/{offer_id}", False)
    assert [held.is_held for held in stage.noted(CallHeld)] == [True, False]


# --- transfer


def test_transfer_asked_for_is_done_on_the_agents_channel(stage: Stage) -> None:
    offer_id = stage.talk()
    assert stage.step(TransferAsked("c1", "1002", "phones", is_attended=True)) == [
        TransferCall(f"PJSIP/{offer_id}", "1002", "phones", is_attended=True)
    ]


def test_agent_who_transfers_blind_is_done_and_his_caller_gone_elsewhere(stage: Stage) -> None:
    offer_id = stage.talk()
    stage.wait(5)
    stage.step(BLIND, BridgeLeft("c1", TALK), BridgeLeft(leg_id(offer_id), TALK), ChannelHungUp(leg_id(offer_id), 16))
    stage.step(CallerSessionEnded("c1"))
    (done,) = stage.noted(CallCompleted)
    assert (done.by, done.transfer, done.transfer_to, done.talk_s) == ("transfer", "blind", "1002|phones", 5.0)
    assert stage.floor.agents["ann"].state is AgentStatus.WRAP_UP
    assert not stage.floor.callers


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_transfer_while_the_caller_hangs_up_is_one_completed_call_in_every_order(
    stage: Stage, order: tuple[int, ...]
) -> None:
    offer_id = stage.talk()
    events: list[Event] = [BLIND, ChannelHungUp("c1", 16), ChannelHungUp(leg_id(offer_id), 16)]
    for index in order:
        stage.step(events[index])
    assert len(stage.noted(CallCompleted)) == 1
    assert not stage.floor.legs
    assert not stage.floor.callers
    check_floor(stage.floor, stage.now)


@pytest.mark.parametrize("queue", ["sales", "support"])
@pytest.mark.parametrize("is_told_first", [True, False])
def test_caller_transferred_into_a_queue_enters_it_anew(stage: Stage, queue: str, is_told_first: bool) -> None:
    stage.talk()
    stage.wait(30)
    joined = CallerJoined("c1", "PJSIP/c1", queue, stage.now)
    stage.step(*((BLIND, joined) if is_told_first else (joined, BLIND)))
    first, second = stage.noted(CallerEntered)
    assert (first.queue, second.queue, second.entered_at) == ("sales", queue, stage.now)
    assert [done.by for done in stage.noted(CallCompleted)] == ["transfer"]
    assert stage.floor.queues[queue].line


def test_caller_who_transfers_his_agent_leaves_him_in_that_call(stage: Stage) -> None:
    offer_id = stage.talk()
    stage.step(CallTransferred(leg_id(offer_id), "blind", "1002|phones"), ChannelHungUp("c1", 16))
    (done,) = stage.noted(CallCompleted)
    assert (done.by, done.transfer) == ("transfer", "blind")
    assert stage.wait(60) == []
    stage.join("c2")
    assert stage.wait(60) == [], "he is still on the telephone"
    stage.step(ChannelHungUp(leg_id(offer_id), 16))
    assert stage.rung().call_id == "c2"


def test_attended_transfer_ends_the_talks_of_both_calls(stage: Stage) -> None:
    """Ann asks bob by a call of her own to his queue, and then puts her caller through to him."""
    bob = AgentRules("bob", "PJSIP/1002", ("support",))
    stage = Stage([QueueRules("sales"), QueueRules("support")], [ANN, bob])
    first = stage.talk("c1")
    stage.join("c2", "support")
    second = stage.rung().offer_id
    stage.park(stage.answer(second))
    for channel_id in ("c2", leg_id(second)):
        stage.step(BridgeEntered(channel_id, "other", is_holding=False))
    stage.step(CallTransferred("c1", "attended", "BRIDGE|other", leg_id(second)))
    done = {each.offer_id: (each.by, each.transfer, each.transfer_to) for each in stage.noted(CallCompleted)}
    assert done == dict.fromkeys((first, second), ("transfer", "attended", "BRIDGE|other"))
    assert stage.wait(60) != [], "ann's leg is hung up when it does not go by itself"
    assert HangUpLeg(second, 16) not in stage.commands, "bob talks on"


def test_caller_of_an_attended_transfer_is_released_when_he_comes_back(stage: Stage) -> None:
    stage.talk()
    stage.step(CallTransferred("c1", "attended", "BRIDGE|b"))
    assert stage.wait(10)[-1] == stage.only(ReleaseCaller)
    assert not stage.floor.callers


# --- recording


def test_recording_of_the_queue_begins_with_the_talk_and_is_told_by_asterisk() -> None:
    stage = Stage([QueueRules("sales", record="{queue}/{call_id}.wav")], [ANN])
    stage.floor.recordings = "/rec"
    offer_id = stage.talk("c/1")
    stage.step(RecordingChanged("c/1", "started"))
    stage.step(RecordingAsked("c/1", "pause"))
    assert stage.only(RecordCall).change == "pause"
    stage.step(RecordingChanged("c/1", "paused"))
    assert stage.step(RecordingAsked("c/1", "pause")) == [], "it is paused already"
    stage.step(RecordingAsked("c/1", "resume"), RecordingChanged("c/1", "resumed"))
    stage.step(RecordingAsked("c/1", "stop"), RecordingChanged("c/1", "stopped"))
    assert [(each.offer_id, each.path, each.change) for each in stage.noted(CallRecorded)] == [
        (offer_id, "/rec/sales/c_1.wav", change) for change in ("started", "paused", "resumed", "stopped")
    ]


def test_recording_asked_for_has_a_recorder_of_its_own_and_ends_with_the_talk(stage: Stage) -> None:
    offer_id = stage.talk()
    stage.step(RecordingAsked("c1", "start"), RecordingAsked("c1", "start"))
    command = stage.only(RecordCall)
    assert (command.change, command.is_own) == ("start", True)
    assert command.path.startswith("/rec/calls/1970-01-12/")
    stage.step(RecordingChanged(offer_id, "started"))
    stage.step(ChannelHungUp("c1", 16))
    assert (stage.only(RecordCall).change, stage.only(RecordCall).is_own) == ("stop", True)
    stage.step(RecordingChanged(offer_id, "stopped"))
    assert [each.change for each in stage.noted(CallRecorded)] == ["started", "stopped"]


def test_second_recording_of_a_talk_is_another_file(stage: Stage) -> None:
    offer_id = stage.talk()
    paths = []
    for _ in range(2):
        stage.step(RecordingAsked("c1", "start"))
        paths.append(stage.only(RecordCall).path)
        stage.step(RecordingChanged(offer_id, "started"), RecordingAsked("c1", "stop"))
        stage.step(RecordingChanged(offer_id, "stopped"))
    assert paths[1] == paths[0].replace(".wav", "-2.wav")


# --- supervision


def test_supervisor_listens_whispers_and_leaves(stage: Stage) -> None:
    offer_id = stage.talk()
    stage.step(SupervisionAsked("c1", "sue", "listen", "PJSIP/1009"))
    command = stage.only(SuperviseCall)
    assert command == SuperviseCall(f"{offer_id}-1", "sue", "PJSIP/1009", f"PJSIP/{offer_id}", "listen")
    assert stage.noted(CallSupervised) == [], "he hears nothing yet"
    stage.step(SupervisionBegan(command.supervision_id))
    assert stage.step(SupervisionAsked("c1", "sue", "whisper")) == [
        SwitchSupervision(command.supervision_id, "whisper")
    ]
    stage.step(SupervisionSwitched(command.supervision_id, "barge"))
    assert stage.step(SupervisionAsked("c1", "sue", "")) == [EndSupervision(command.supervision_id)]
    stage.step(SupervisionEnded(command.supervision_id), SupervisionEnded(command.supervision_id))
    assert [each.mode for each in stage.noted(CallSupervised)] == ["listen", "whisper", "barge", ""]


def test_mode_that_is_changed_while_his_telephone_rings_counts_when_he_answers(stage: Stage) -> None:
    stage.talk()
    stage.step(SupervisionAsked("c1", "sue", "listen", "PJSIP/1009"))
    sue = stage.only(SuperviseCall).supervision_id
    assert stage.step(SupervisionAsked("c1", "sue", "barge")) == []
    assert stage.step(SupervisionBegan(sue)) == [SwitchSupervision(sue, "barge")]
    assert [each.mode for each in stage.noted(CallSupervised)] == ["barge"]


def test_supervisor_who_is_an_agent_is_rung_at_his_own_telephone(stage: Stage) -> None:
    stage = Stage(agents=[ANN, AgentRules("bob", "PJSIP/1002")])
    stage.talk()
    stage.step(SupervisionAsked("c1", "bob", "barge"))
    assert stage.only(SuperviseCall).dial == "PJSIP/1002"
    assert stage.step(SupervisionAsked("c1", "nobody", "barge")) == []


def test_supervisor_goes_with_the_talk_also_when_his_telephone_is_answered_after_it(stage: Stage) -> None:
    offer_id = stage.talk()
    stage.step(SupervisionAsked("c1", "sue", "listen", "PJSIP/1009"))
    supervision_id = stage.only(SuperviseCall).supervision_id
    assert EndSupervision(supervision_id) in stage.step(ChannelHungUp(leg_id(offer_id), 16))
    assert stage.step(SupervisionBegan(supervision_id)) == [EndSupervision(supervision_id)]
    assert stage.noted(CallSupervised) == []


# --- disposition and end


def test_disposition_is_kept_from_the_talk_to_the_end_of_wrap_up(stage: Stage) -> None:
    offer_id = stage.talk()
    stage.step(DispositionChosen("c1", "sold", "two of them"), DispositionChosen("c1", "other"))
    stage.step(ChannelHungUp(leg_id(offer_id), 16), DispositionChosen("c1", "lost"))
    stage.wait(11)
    stage.step(DispositionChosen("c1", "sold"))
    assert [(each.disposition, each.note) for each in stage.noted(DispositionSet)] == [
        ("sold", "two of them"),
        ("lost", ""),
    ]


def test_end_asked_for_hangs_the_agent_up(stage: Stage) -> None:
    offer_id = stage.talk()
    assert stage.step(EndAsked("c1")) == [HangUpLeg(offer_id, 16)]


ASKED: list[Event] = [
    TransferAsked("c1", "1"), HoldAsked("c1", True), RecordingAsked("c1", "start"),
    SupervisionAsked("c1", "sue", "listen", "PJSIP/9"), DispositionChosen("c1", "sold"), EndAsked("c1"),
]  # fmt: skip


@pytest.mark.parametrize("event", ASKED, ids=lambda event: type(event).__name__)
def test_what_is_asked_of_a_call_that_does_not_talk_is_nothing(stage: Stage, event: Event) -> None:
    assert stage.step(event) == []
    stage.ring()
    assert stage.step(event) == []
    assert stage.records == []


# --- after a restart


def test_music_and_recorder_go_on_with_a_talk_of_before_a_restart_and_supervisors_are_let_go() -> None:
    stage = Stage(agents=[ANN], is_linked=False)
    leg = SeenChannel("vmq-0a", "PJSIP/1001-1", TALK, is_up=True, agent="ann", queue="sales", call_id="c1")
    others = [SeenChannel(f"{kind}-0a{more}", "Local/x") for kind, more in (("vmqm", ""), ("vmqs", "-1"), ("vmqr", ""))]
    commands = stage.see_world(leg, SeenChannel("c1", "PJSIP/c1", TALK, is_up=True), *others)
    assert commands == [EndSupervision("0a-1")]
    assert stage.step(HoldAsked("c1", False)) == [HoldCall("0a", "c1", "PJSIP/1001-1", False)]


def test_music_without_a_talk_is_ended_after_a_restart() -> None:
    stage = Stage(agents=[ANN], is_linked=False)
    assert stage.see_world(SeenChannel("vmqm-0a", "Local/x")) == [HoldCall("0a", "", "", False)]


# --- any order


ANYTHING = st.sampled_from(
    [
        *ASKED, BLIND, RecordingChanged("c1", "started"), RecordingChanged("c1", "stopped"), HoldAsked("c1", False),
        ChannelHeld("c1", True), ChannelHeld("LEG", True), CallTransferred("LEG", "blind", "1|x"),
        SupervisionBegan("SUP"), SupervisionEnded("SUP"), ChannelHungUp("LEG", 16), ChannelHungUp("c1", 16),
        BridgeLeft("c1", TALK), BridgeLeft("LEG", TALK), CallerSessionEnded("c1"), RecordingAsked("c1", "stop"),
        CallerJoined("c1", "PJSIP/c1", "support", 1_000_000.0),
    ]
)  # fmt: skip


@given(st.lists(ANYTHING, max_size=25))
def test_in_any_order_every_talk_ends_once_and_leaves_nothing_behind(events: list[Event]) -> None:
    stage = Stage([QueueRules("sales"), QueueRules("support")], [ANN])
    offer_id = stage.talk()
    names = {"LEG": leg_id(offer_id), "SUP": f"{offer_id}-1"}
    for event in events:
        fields = {name: names.get(value, value) for name, value in _fields(event).items()}
        stage.step(type(event)(**fields))
        check_floor(stage.floor, stage.now)
    stage.step(ChannelHungUp(names["LEG"], 16), ChannelHungUp("c1", 16), ConnectEnded("c1", offer_id, True))
    stage.wait(100)
    assert len([done for done in stage.noted(CallCompleted) if done.offer_id == offer_id]) == 1
    assert not stage.floor.talks
    assert not stage.floor.legs
    changes = [each.is_held for each in stage.noted(CallHeld)]
    assert changes.count(True) == changes.count(False)


def _fields(event: Event) -> dict[str, object]:
    return {name: getattr(event, name) for name in event.__dataclass_fields__}


def test_recording_of_before_a_restart_can_be_paused_and_one_of_a_talk_that_ended_is_forgotten() -> None:
    stage = Stage(agents=[ANN], is_linked=False)
    restore(
        stage.floor,
        [
            JournalEntry(1, 1.0, CallRecorded("0a", "c1", "/rec/a.wav", "started")),
            JournalEntry(2, 2.0, CallRecorded("0b", "c2", "/rec/b.wav", "started")),
        ],
    )
    leg = SeenChannel("vmq-0a", "PJSIP/1001-1", TALK, is_up=True, agent="ann", queue="sales", call_id="c1")
    stage.see_world(leg, SeenChannel("c1", "PJSIP/c1", TALK, is_up=True))
    assert list(stage.floor.talks) == ["0a"]
    stage.step(RecordingAsked("c1", "pause"))
    assert stage.only(RecordCall) == RecordCall("0a", "c1", "PJSIP/1001-1", "/rec/a.wav", "pause")
