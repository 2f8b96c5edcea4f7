"""The configuration changes while calls are under way, on the stand-in: by file, by API; nobody is dropped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from tests.support.vmq_client import VmqClient
from vmq.app.program import Program, running
from vmq.config.file import ConfigFile
from vmq.config.load import load

CONFIG = """\
[http]
port = 0
[agi]
port = 0
[paths]
data = "data"

# who answers
[[queue]]
name = "support"
ring_s = 30

[[agent]]
name = "ann"
device = "PJSIP/1001"
queues = ["support"]

[[agent]]
name = "bob"
device = "PJSIP/1002"
queues = []
"""


class House:
    """A running vmq on its file."""

    def __init__(self, program: Program, file: ConfigFile, vmq: VmqClient) -> None:
        self.program, self.file, self.vmq = program, file, vmq
        self.url = program.addresses.http
        assert program.stand_in is not None
        self.phone = program.stand_in.pbx.phone

    def write(self, *changes: tuple[str, str]) -> None:
        """Edit the file as a person does."""
        text = self.file.path.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        self.file.path.write_text(text, encoding="utf-8")

    async def wait(self, caller: str, agent: str) -> None:
        """Both talk."""
        await self.vmq.wait_record("CallConnected", agent=agent)
        await self.phone(caller).wait_established()

    def kinds(self) -> set[str]:
        return {entry.kind for entry in self.vmq.entries}


@asynccontextmanager
async def house_on(folder: Path, text: str = CONFIG) -> AsyncIterator[House]:
    path = folder / "vmq.toml"
    path.write_text(text, encoding="utf-8")
    file = ConfigFile(path, {})
    async with asyncio.timeout(60), running(load(path, {}), file) as program:
        vmq = VmqClient(program.addresses.http)
        await vmq.open(0)
        try:
            await vmq.wait_record("WorldRebuilt")
            yield House(program, file, vmq)
        finally:
            await vmq.close()


async def test_agents_come_and_go_in_the_file_and_no_caller_is_dropped(tmp_path: Path) -> None:
    async with house_on(tmp_path) as house:
        house.phone("1003").dial("600")
        await house.phone("1001").wait_ringing()
        house.phone("1001").answer()
        await house.wait("1003", "ann")
        house.phone("1004").dial("600")
        second = await house.vmq.wait_record("CallerEntered", number="1004")
        # Ann is taken out during her call, bob comes in, the strategy is another: the waiting caller rings at bob.
        house.write(
            ("ring_s = 30\n", 'ring_s = 30\nstrategy = "ringall"\n'),
            ('[[agent]]\nname = "ann"\ndevice = "PJSIP/1001"\nqueues = ["support"]\n', ""),
            ("queues = []", 'queues = ["support"]'),
        )
        reloaded = await house.vmq.wait_record("RulesReloaded", by="file")
        assert reloaded.fields["what"] == "queue support changed, agent ann removed, agent bob changed"
        await house.phone("1002").wait_ringing()
        house.phone("1002").answer()
        connected = await house.vmq.wait_record("CallConnected", agent="bob")
        assert connected.fields["call_id"] == second.fields["call_id"]
        assert house.phone("1003").is_established and house.phone("1001").is_established
        assert [agent["name"] for agent in (await house.vmq.floor())["agents"]] == ["ann", "bob"]
        house.phone("1001").hang_up()
        await house.vmq.wait_record("CallCompleted", agent="ann", by="agent")
        house.phone("1002").hang_up()
        await house.vmq.wait_record("CallCompleted", agent="bob", by="agent")
        assert [agent["name"] for agent in (await house.vmq.floor())["agents"]] == ["bob"]
        assert not house.kinds() & {"CallerAbandoned", "CallerLeft"}


async def test_a_file_with_mistakes_changes_nothing(tmp_path: Path) -> None:
    async with house_on(tmp_path) as house:
        house.phone("1003").dial("600")
        await house.phone("1001").wait_ringing()
        house.write(("ring_s = 30", "ring_s = -30"), ('queues = ["support"]', 'queues = ["nowhere"]'))
        async with httpx.AsyncClient(base_url=house.url) as client:
            refused = await client.post("/api/v1/config/reload")
        assert (refused.status_code, refused.json()["id"]) == (422, "config-refused")
        ring, queues = refused.json()["errors"]
        assert ring.startswith(f"{house.file.path}: queue support: ring_s: ")
        assert queues.startswith(f"{house.file.path}: agent ann: queues: there is no queue 'nowhere'")
        house.phone("1001").answer()
        await house.wait("1003", "ann")
        house.write(("ring_s = -30", "ring_s = 20"), ('queues = ["nowhere"]', 'queues = ["support"]'))
        await house.vmq.wait_record("RulesReloaded", what="queue support changed")
        assert house.phone("1003").is_established


async def test_a_queue_that_goes_lets_its_callers_go_on(tmp_path: Path) -> None:
    text = CONFIG.replace('queues = ["support"]', "queues = []")
    async with house_on(tmp_path, text) as house:
        house.phone("1003").dial("600")
        await house.vmq.wait_record("CallerEntered", number="1003")
        house.write(('[[queue]]\nname = "support"\nring_s = 30\n', '[[queue]]\nname = "sales"\n'))
        left = await house.vmq.wait_record("CallerLeft", queue="support")
        assert left.fields["status"] == "CLOSED"
        await house.phone("1003").wait_heard("vm-intro")
        assert [queue["name"] for queue in (await house.vmq.floor())["queues"]] == ["sales"]


async def test_what_the_api_changes_stands_in_the_file_and_is_in_effect(tmp_path: Path) -> None:
    async with house_on(tmp_path) as house, httpx.AsyncClient(base_url=f"{house.url}/api/v1/config") as client:
        added = await client.put("/queues/sales", json={"strategy": "linear"})
        assert added.status_code == 201
        await house.vmq.wait_record("RulesReloaded", by="api", what="queue sales added")
        member = await client.put("/queues/sales/members/bob", json={"penalty": 2})
        assert member.json()["queues"] == [{"name": "sales", "penalty": 2}]
        await house.vmq.wait_record("RulesReloaded", what="agent bob changed")
        assert load(house.file.path, {}).queue[1].strategy == "linear"
        floor = await house.vmq.floor()
        assert [queue["name"] for queue in floor["queues"]] == ["support", "sales"]
        assert floor["agents"][1]["memberships"][0]["penalty"] == 2
        house.write(('strategy = "linear"', 'strategy = "random"'))
        await house.vmq.wait_record("RulesReloaded", by="file", what="queue sales changed")
        assert (await client.get("/queues/sales")).json()["strategy"] == "random"
        assert "# who answers" in house.file.path.read_text(encoding="utf-8")


async def test_a_waiting_caller_is_explained(tmp_path: Path) -> None:
    async with house_on(tmp_path) as house, httpx.AsyncClient(base_url=f"{house.url}/api/v1") as client:
        await client.post("/agents/ann/pause", json={"reason": "lunch"})
        await house.vmq.wait_record("AgentStatusChanged", agent="ann", status="paused")
        house.phone("1003").dial("600")
        entered = await house.vmq.wait_record("CallerEntered", number="1003")
        why = (await client.get("/floor/why", params={"caller": entered.fields["call_id"]})).json()
        assert why["agents"] == [{"agent": "ann", "is_eligible": False, "reason": "is paused (lunch)"}]
        assert (await client.get("/floor/why", params={"caller": "1.1"})).json()["id"] == "caller-unknown"


async def test_what_needs_a_restart_is_said_and_mailboxes_are_made(tmp_path: Path) -> None:
    async with house_on(tmp_path) as house, httpx.AsyncClient(base_url=f"{house.url}/api/v1") as client:
        house.write(
            (
                "[agi]\nport = 0\n",
                '[agi]\nport = 0\nmax_calls = 5\n[voicemail]\nmax_messages = 7\n[[mailbox]]\nnumber = "1009"\n',
            )
        )
        await house.vmq.wait_record("MailboxMade", mailbox="1009")
        answer = (await client.post("/config/reload")).json()
        assert answer == {"changed": [], "needs_restart": ["agi.max_calls"]}


async def test_who_joined_a_queue_serves_it_after_a_restart(tmp_path: Path) -> None:
    async with house_on(tmp_path) as house, httpx.AsyncClient(base_url=f"{house.url}/api/v1") as client:
        body = {"agent": "dora", "dial": "PJSIP/1004", "penalty": 3, "paused": True, "reason": "not yet"}
        assert (await client.post("/queues/support/members", json=body)).status_code == 202
        await house.vmq.wait_record("MemberAdded", agent="dora", by="api")
        await client.post("/queues/support/members", json={"agent": "bob"})
        await house.vmq.wait_record("MemberAdded", agent="bob")
        await client.delete("/queues/support/members/bob")
        await house.vmq.wait_record("MemberRemoved", agent="bob")
        await house.vmq.flushed()
    async with house_on(tmp_path) as house:
        agents = {agent["name"]: agent for agent in (await house.vmq.floor())["agents"]}
        (membership,) = agents["dora"]["memberships"]
        assert (membership["penalty"], membership["is_paused"], membership["reason"]) == (3, True, "not yet")
        assert agents["bob"]["memberships"] == []


async def test_a_call_that_begins_on_the_page_rings_ones_own_telephone_and_then_the_other(tmp_path: Path) -> None:
    async with house_on(tmp_path, CONFIG + '\n[numbers]\ncontext = "lab"\n') as house:
        async with httpx.AsyncClient(base_url=house.url) as client:
            answer = await client.post("/api/v1/agents/ann/dial", json={"to": "1003"})
        assert answer.status_code == 202
        await house.vmq.wait_record("NumberDialled", agent="ann", number="1003")
        await house.phone("1001").wait_ringing()
        assert not house.phone("1003").is_ringing
        house.phone("1001").answer()
        await house.phone("1003").wait_ringing()
        house.phone("1003").answer()
        await house.phone("1001").wait_established()
        await house.phone("1003").wait_established()
        house.phone("1001").hang_up()
        await house.phone("1003").wait_ended()
