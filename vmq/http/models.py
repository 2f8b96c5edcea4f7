"""The shapes of the API's answers and bodies, with an example each: what OpenAPI shows and the tests hold us to."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """Base: nothing unknown passes in silence."""

    model_config = ConfigDict(extra="forbid")


class CallerView(Shape):
    """A caller on the floor."""

    call_id: str = Field(examples=["1763845200.17"])
    number: str = Field(examples=["0301234567"])
    name: str = Field(examples=["Carla"])
    priority: int = Field(examples=[0])
    position: int = Field(description="1 = next; 0 = no longer in line.", examples=[1])
    state: str = Field(examples=["waiting"])
    entered_at: float = Field(description="Epoch seconds.", examples=[1763845200.0])
    wait_s: float = Field(description="How long he has waited, or did until the talk began.", examples=[30.5])
    talk_s: float = Field(examples=[0.0])
    agent: str = Field(description="Who is rung for him or talks with him; empty = nobody.", examples=[""])
    ringing: list[str] = Field(description="All agents whose telephones ring for him.", examples=[["ann", "bob"]])
    needs: str = Field(description="The skills he needs now.", examples=["german >= 5"])
    prefers: str = Field(description="The agent he waits for alone; empty = anybody.", examples=[""])
    attempts: int = Field(description="Offers that were refused or let ring.", examples=[0])
    url: str = Field(description="What the agent's screen opens.", examples=[""])
    channel: str = Field(examples=["PJSIP/trunk-00000011"])
    is_callback: bool = Field(description="Nobody is on the line: he is to be called back.", examples=[False])
    callback_tries: int = Field(description="Calls back that came to nothing.", examples=[0])
    estimate_s: float | None = Field(description="How long he will still wait; null = not known.", examples=[45.0])


class QueueCounts(Shape):
    """A queue's callers by state, and its agents."""

    waiting: int = Field(examples=[2])
    ringing: int = Field(examples=[1])
    connecting: int = Field(examples=[0])
    talking: int = Field(examples=[2])
    agents: int = Field(examples=[4])
    agents_working: int = Field(examples=[3])
    agents_free: int = Field(description="Who could be offered a caller now.", examples=[0])


class QueueStatsView(Shape):
    """What happened in a queue since vmq started; means are app_queue's running means."""

    completed: int = Field(examples=[17])
    abandoned: int = Field(examples=[2])
    hold_s: float = Field(examples=[21.5])
    talk_s: float = Field(examples=[184.0])
    level: float = Field(description="Per cent answered in time, of completed calls.", examples=[88.2])
    level_with_abandoned: float = Field(description="The same of all calls.", examples=[84.2])


class QueueView(Shape):
    """A queue: its numbers, the callers in line in their order, and those who talk."""

    name: str = Field(examples=["sales"])
    is_open: bool = Field(description="False while nobody may be offered (no link, recovery).", examples=[True])
    strategy: str = Field(examples=["longest_idle"])
    weight: int = Field(examples=[0])
    max_length: int = Field(description="0 = any number.", examples=[0])
    service_level_s: float = Field(examples=[60.0])
    short_abandon_s: float = Field(description="Who hangs up sooner is not counted as lost.", examples=[3.0])
    dispositions: list[str] = Field(description="What can come of its calls; empty = anything.", examples=[["sold"]])
    counts: QueueCounts
    stats: QueueStatsView
    longest_wait_s: float = Field(examples=[30.5])
    callers: list[CallerView]
    talking: list[CallerView]


class OfferView(Shape):
    """The call an agent is offered or in."""

    offer_id: str = Field(examples=["0019ab53e1f00001"])
    state: str = Field(examples=["ringing"])
    call_id: str = Field(examples=["1763845200.17"])
    queue: str = Field(examples=["sales"])
    made_at: float = Field(description="Epoch seconds.", examples=[1763845228.0])
    connected_at: float = Field(description="0 = not yet.", examples=[0.0])
    url: str = Field(description="The page to open for this call; empty = none.", examples=["https://crm/?n=030"])
    line: str = Field(description="The outside line that carries it; empty = none.", examples=[""])
    held: list[str] = Field(description="Who is on hold: agent, caller, music.", examples=[[]])
    recording: str = Field(description="The file, as Asterisk sees it; empty = none.", examples=[""])
    is_recording_paused: bool = Field(examples=[False])
    supervisors: dict[str, str] = Field(description="Who hears the call, and how.", examples=[{"sue": "listen"}])


class MembershipView(Shape):
    """An agent in one queue."""

    queue: str = Field(examples=["sales"])
    penalty: int = Field(examples=[0])
    is_paused: bool = Field(description="In this queue alone.", examples=[False])
    reason: str = Field(examples=[""])
    is_dynamic: bool = Field(description="Added at run time.", examples=[False])
    calls: int = Field(examples=[12])
    talk_s: float = Field(examples=[1800.0])
    last_call_at: float = Field(description="Epoch seconds; 0 = none yet.", examples=[1763845100.0])


class NoteView(Shape):
    """A few words to an agent."""

    note_id: str = Field(examples=["0019ab53e1f00001"])
    at: float = Field(description="Epoch seconds.", examples=[1763845230.5])
    by: str = Field(examples=["sue"])
    text: str = Field(examples=["Please see me at four"])


class AgentView(Shape):
    """An agent: the person's status, and the telephone's state beside it."""

    name: str = Field(examples=["ann"])
    status: str = Field(examples=["paused"])
    since: float = Field(description="When the status last changed; 0 = before vmq can tell.", examples=[1763845000.0])
    reason: str = Field(examples=["lunch"])
    until: float = Field(description="When a wrap-up ends, in epoch seconds; 0 = open.", examples=[0.0])
    next_status: str = Field(description="What the status becomes after the call; empty = no change.", examples=[""])
    is_free: bool = Field(description="He could be offered a caller now.", examples=[False])
    is_remote: bool = Field(examples=[False])
    device: str = Field(examples=["PJSIP/1001"])
    device_state: str = Field(description="Asterisk's word.", examples=["NOT_INUSE"])
    queues: list[str] = Field(examples=[["sales"]])
    memberships: list[MembershipView] = Field(examples=[[]])
    full_name: str = Field(examples=["Ann Miller"])
    dial: list[str] = Field(description="His telephones, as Asterisk dials them.", examples=[["PJSIP/1001"]])
    skills: dict[str, int] = Field(examples=[{"german": 8}])
    occupancy: float = Field(description="Share of his time that he was busy, 0 to 1.", examples=[0.72])
    logged_in_at: float = Field(description="Epoch seconds; 0 = logged out.", examples=[1763840000.0])
    idle_since: float = Field(description="0 = not available.", examples=[0.0])
    back_off_until: float = Field(description="After a refused call; 0 = none.", examples=[0.0])
    wraps_up: str = Field(description="The call he wraps up; empty = none.", examples=[""])
    wraps_up_queue: str = Field(examples=[""])
    notes: list[NoteView] = Field(description="What he hasn't read yet.", examples=[[]])
    offer: OfferView | None


class Floor(Shape):
    """Everything there is now, in the order of the configuration.

    Follow the live stream with `last_id` as Last-Event-ID: its records tell exactly what changed since.
    """

    at: float = Field(description="vmq's clock, in epoch seconds.", examples=[1763845230.5])
    last_id: int = Field(description="The journal's newest entry, which this already shows.", examples=[4711])
    is_linked: bool = Field(description="False while the link to Asterisk is down.", examples=[True])
    can_dial: bool = Field(description="Calls can be begun here: `numbers.context` is set.", examples=[True])
    queues: list[QueueView]
    agents: list[AgentView]


class Taken(Shape):
    """The command was taken in; what came of it is seen on the floor and in the stream."""

    command: str = Field(description="As the command line calls it.", examples=["agent pause"])
    event: str = Field(examples=["AgentPaused"])


class SettingList(Shape):
    """All of a kind that the configuration has, each with its defaults, in the file's order."""

    items: list[dict[str, Any]] = Field(examples=[[{"name": "sales", "ring_s": 15.0}]])


class Wanted(Shape):
    """A change that is thought of."""

    settings: dict[str, Any] | None = Field(description="null = to be taken out.", examples=[{"ring_s": 20}])


class Preview(Shape):
    """What a change would change."""

    diff: str = Field(description="As `diff -u` has it, without secrets; empty = nothing.", examples=["+ring_s = 20"])


class EditView(Shape):
    """A change of the configuration by the API."""

    at: float = Field(description="Epoch seconds.", examples=[1763845200.0])
    by: str = Field(examples=["adam"])
    diff: str = Field(examples=["-ring_s = 15\n+ring_s = 20"])


class EditList(Shape):
    """What was changed by vmq, newest first; the first can be undone."""

    items: list[EditView] = Field(examples=[[]])


class KindView(Shape):
    """A kind of table of the configuration."""

    kind: str = Field(examples=["queue"])
    plural: str = Field(description="As the addresses have it.", examples=["queues"])
    key: str = Field(description="What tells them apart.", examples=["name"])
    secrets: list[str] = Field(description="Settings that are never shown.", examples=[["pin"]])
    json_schema: dict[str, Any] = Field(description="JSON Schema of one.", examples=[{"type": "object"}])


class KindList(Shape):
    """What the configuration has, table by table."""

    items: list[KindView] = Field(examples=[[]])


class Reloaded(Shape):
    """What reading the configuration anew led to."""

    changed: list[str] = Field(description="In effect now.", examples=[["queue sales changed", "agent bob removed"]])
    needs_restart: list[str] = Field(description="Takes effect when vmq is started again.", examples=[["http.port"]])


class ReasonView(Shape):
    """Why an agent is offered a caller, or isn't."""

    agent: str = Field(examples=["ann"])
    is_eligible: bool = Field(description="He could be offered this caller now.", examples=[False])
    reason: str = Field(examples=["is paused (lunch)"])


class WhyView(Shape):
    """What holds a caller, and for each agent of his queue why he is or isn't offered him, in words."""

    call_id: str = Field(examples=["1763845200.17"])
    queue: str = Field(examples=["sales"])
    state: str = Field(examples=["waiting"])
    position: int = Field(description="1 = next; 0 = no longer in line.", examples=[1])
    reason: str = Field(examples=["he has waited 30 s for an agent who can take him"])
    agents: list[ReasonView]


class MailboxView(Shape):
    """The counts of a mailbox. `new` leaves the urgent ones out."""

    number: str = Field(examples=["1001"])
    new: int = Field(examples=[2])
    old: int = Field(examples=[5])
    urgent: int = Field(examples=[1])


class PacksReloaded(Shape):
    """What a reload of the personalities gave. A refused one that was in use before keeps its old version."""

    packs: list[str] = Field(description="The ids in use.", examples=[["comedian", "meridian"]])
    refused: dict[str, str] = Field(description="What is wrong with others, by id.", examples=[{}])


class StreamEntry(Shape):
    """The data of one `record` event of the live stream."""

    id: int = Field(examples=[4711])
    at: float = Field(examples=[1763845230.5])
    kind: str = Field(examples=["CallerEntered"])
    record: dict[str, Any] = Field(examples=[{"call_id": "1763845200.17", "queue": "sales"}])


class ProbeView(Shape):
    """How one dependency is."""

    is_ok: bool = Field(examples=[True])
    text: str = Field("", examples=[""])


class Readiness(Shape):
    """How all dependencies are."""

    is_ready: bool = Field(examples=[True])
    parts: dict[str, ProbeView] = Field(examples=[{"asterisk": {"is_ok": True, "text": ""}}])
