"""The configuration over HTTP: what GET says can be PUT, nobody's change is overwritten, mistakes come in words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from tests.support.shop import Shop
from vmq.app.changes import Change
from vmq.app.live import LiveConfig
from vmq.app.settings_port import SettingsPort
from vmq.config.file import ConfigFile
from vmq.config.load import load
from vmq.config.model import Config
from vmq.http.app import build_app
from vmq.http.metrics import Metrics
from vmq.http.stream import Streams

TEXT = """\
# ours
[[queue]]
name = "sales"   # the shop
strategy = "ringall"

[[agent]]
name = "ann"
device = "PJSIP/1001"
queues = ["sales"]
"""


class Applied:
    """What the program was told to put into effect."""

    def __init__(self) -> None:
        self.changes: list[tuple[Change, str]] = []

    async def __call__(self, config: Config, change: Change, by: str) -> None:
        self.changes.append((change, by))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "vmq.toml"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def applied() -> Applied:
    return Applied()


def client_of(live: LiveConfig) -> httpx.AsyncClient:
    shop = Shop()
    ports = replace(shop.ports(), settings=SettingsPort(live))
    app = build_app(ports, Metrics(shop.view), Streams(shop.journal), host="127.0.0.1")
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1/api/v1/config")


@pytest.fixture
async def client(path: Path, applied: Applied) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(LiveConfig(ConfigFile(path, {}), load(path, {}), applied)) as client:
        yield client


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["id"]


async def test_all_kinds_are_listed(client: httpx.AsyncClient) -> None:
    names = {}
    empty = ("trunks", "schedules", "penalty-rules", "classes-of-service", "mailboxes", "lists", "webhooks")
    for plural in ("queues", "agents", *empty):
        names[plural] = [item["name"] for item in (await client.get(f"/{plural}")).json()["items"]]
    assert names == {"queues": ["sales"], "agents": ["ann"], **{each: [] for each in empty}}


# feature 33, 74, 76
async def test_mailboxes_their_classes_and_lists_are_made_changed_and_taken_away(
    client: httpx.AsyncClient, path: Path
) -> None:
    assert (await client.put("/classes-of-service/boss", json={"max_messages": 500})).status_code == 201
    ann = {"name": "Ann", "pin": "4711", "class_of_service": "boss", "aliases": ["1101"]}
    made = await client.put("/mailboxes/1001", json=ann)
    assert (made.status_code, made.json()["name"], "pin" in made.json()) == (201, "Ann", False)
    assert (await client.put("/lists/700", json={"members": ["1001"]})).status_code == 201
    assert (await client.patch("/mailboxes/1001", json={"name": "Anna"})).json()["aliases"] == ["1101"]
    assert problem(await client.patch("/mailboxes/1001", json={"number": "1002"})) == (422, "invalid")
    crm = {"url": "https://crm.example/vmq", "secret": "s"}
    assert (await client.put("/webhooks/crm", json=crm)).status_code == 201
    text = path.read_text(encoding="utf-8")
    for address in ("/classes-of-service/boss", "/mailboxes/1001", "/lists/700", "/webhooks/crm"):
        got = await client.get(address)
        put = await client.put(address, json=got.json(), headers={"if-match": got.headers["etag"]})
        assert put.status_code == 200
    assert path.read_text(encoding="utf-8") == text
    config = load(path, {})
    (mailbox,), (house_list,) = config.mailbox, config.list
    assert (mailbox.name, mailbox.pin.get_secret_value(), house_list.members) == ("Anna", "4711", ("1001",))
    assert problem(await client.delete("/classes-of-service/boss")) == (422, "config-refused")
    for address in ("/webhooks/crm", "/lists/700", "/mailboxes/1001", "/classes-of-service/boss"):
        assert (await client.delete(address)).status_code == 204
    assert path.read_text(encoding="utf-8").startswith(TEXT)


SHEET = "\ufeffNumber;Name;Class of service\n"


async def test_a_sheet_is_looked_at_first_and_then_taken_whole(client: httpx.AsyncClient, path: Path) -> None:
    csv = {"content-type": "text/csv"}
    sheet = SHEET + "1001;Ann;\n1002;Bob;\n"
    looked_at = await client.post("/mailboxes.csv", content=sheet.encode(), headers=csv)
    lines = ["line 2: mailbox 1001: new name Ann", "line 3: mailbox 1002: new name Bob"]
    assert looked_at.json() == {"lines": lines, "is_applied": False}
    assert path.read_text(encoding="utf-8") == TEXT
    wrong = await client.post("/mailboxes.csv?apply=true", content=f"{sheet};Eve;\n".encode(), headers=csv)
    assert problem(wrong) == (422, "config-refused")
    assert path.read_text(encoding="utf-8") == TEXT
    taken = await client.post("/mailboxes.csv?apply=true", content=sheet.encode(), headers=csv)
    assert taken.json() == {"lines": lines, "is_applied": True}
    assert [mailbox.name for mailbox in load(path, {}).mailbox] == ["Ann", "Bob"]
    back = await client.get("/mailboxes.csv")
    assert back.headers["content-type"].startswith("text/csv")
    again = await client.post("/mailboxes.csv?apply=true", content=back.content, headers=csv)
    assert again.json() == {"lines": [], "is_applied": True}


async def test_a_large_sheet_is_taken(client: httpx.AsyncClient, path: Path) -> None:
    rows = "".join(f"{number},Somebody with a rather long name {number}\n" for number in range(3000, 6000))
    sheet = f"number,name\n{rows}".encode()
    assert len(sheet) > 64 * 1024
    answer = await client.post("/mailboxes.csv?apply=true", content=sheet, headers={"content-type": "text/csv"})
    assert (answer.status_code, len(load(path, {}).mailbox)) == (200, 3000)


async def test_the_schema_is_the_files_own(client: httpx.AsyncClient) -> None:
    kinds = {kind["kind"]: kind for kind in (await client.get("/schema")).json()["items"]}
    assert kinds["queue"]["json_schema"]["properties"]["ring_s"]["exclusiveMinimum"] == 0
    assert (kinds["agent"]["secrets"], kinds["list"]["secrets"]) == (["pin", "web_secret"], [])
    assert kinds["mailbox"]["key"] == "number"


async def test_a_change_is_seen_before_it_is_made(client: httpx.AsyncClient, path: Path, applied: Applied) -> None:
    got = await client.get("/queues/sales")
    wanted = {"settings": got.json() | {"ring_s": 20}}
    answer = await client.post("/queues/sales/preview", json=wanted, headers={"if-match": got.headers["etag"]})
    lines = answer.json()["diff"].splitlines()
    assert [line for line in lines if line[0] in "+-"] == ["+ring_s = 20"]
    gone = (await client.post("/agents/ann/preview", json={"settings": None})).json()["diff"]
    assert '-name = "ann"' in gone.splitlines()
    assert problem(await client.post("/queues/sales/preview", json={"settings": None})) == (422, "config-refused")
    assert (await client.post("/queues/sales/preview", json={"settings": got.json()})).json() == {"diff": ""}
    assert path.read_text(encoding="utf-8") == TEXT and applied.changes == []


async def test_what_would_be_refused_is_refused_in_its_preview(client: httpx.AsyncClient, path: Path) -> None:
    address = "/queues/sales/preview"
    assert problem(await client.post(address, json={"settings": {"ring_s": -1}})) == (422, "config-refused")
    assert problem(await client.post("/queues/none/preview", json={"settings": None})) == (404, "setting-unknown")
    etag = (await client.get("/queues/sales")).headers["etag"]
    path.write_text(TEXT.replace('"ringall"', '"linear"'), encoding="utf-8")
    answer = await client.post(address, json={"settings": {"ring_s": 20}}, headers={"if-match": etag})
    assert problem(answer) == (412, "changed-meanwhile")


async def test_changes_are_undone_from_the_last_one_on(client: httpx.AsyncClient, path: Path, applied: Applied) -> None:
    assert problem(await client.post("/undo")) == (409, "nothing-to-undo")
    await client.patch("/queues/sales", json={"ring_s": 20})
    await client.put("/queues/support", json={})
    items = (await client.get("/changes")).json()["items"]
    assert [item["by"] for item in items] == ["api", "api"]
    assert "+ring_s = 20" in items[1]["diff"].splitlines()
    assert (await client.post("/undo")).json()["changed"] == ["queue support removed"]
    assert (await client.post("/undo")).json()["changed"] == ["queue sales changed"]
    assert path.read_text(encoding="utf-8") == TEXT
    assert problem(await client.post("/undo")) == (409, "nothing-to-undo")
    assert len(applied.changes) == 4


async def test_changes_are_undone_after_a_restart_too(path: Path, applied: Applied, tmp_path: Path) -> None:
    def started() -> httpx.AsyncClient:
        return client_of(LiveConfig(ConfigFile(path, {}), load(path, {}), applied, tmp_path / "kept"))

    async with started() as client:
        await client.patch("/queues/sales", json={"ring_s": 20})
        await client.patch("/agents/ann", json={"pin": "2468"})
    async with started() as client:
        items = (await client.get("/changes")).json()["items"]
        assert len(items) == 2 and "2468" not in str(items)
        assert (await client.post("/undo")).json()["changed"] == ["agent ann changed"]
    async with started() as client:
        assert (await client.post("/undo")).json()["changed"] == ["queue sales changed"]
    assert path.read_text(encoding="utf-8") == TEXT
    async with started() as client:
        assert problem(await client.post("/undo")) == (409, "nothing-to-undo")


async def test_what_was_written_while_vmq_was_stopped_is_not_undone_away(
    path: Path, applied: Applied, tmp_path: Path
) -> None:
    async with client_of(LiveConfig(ConfigFile(path, {}), load(path, {}), applied, tmp_path / "kept")) as client:
        await client.patch("/queues/sales", json={"ring_s": 20})
    text = path.read_text(encoding="utf-8") + "# mine\n"
    path.write_text(text, encoding="utf-8")
    async with client_of(LiveConfig(ConfigFile(path, {}), load(path, {}), applied, tmp_path / "kept")) as client:
        assert problem(await client.post("/undo")) == (412, "changed-meanwhile")
    assert path.read_text(encoding="utf-8") == text


async def test_what_somebody_else_wrote_since_is_not_undone_away(client: httpx.AsyncClient, path: Path) -> None:
    await client.patch("/queues/sales", json={"ring_s": 20})
    text = path.read_text(encoding="utf-8") + "# mine\n"
    path.write_text(text, encoding="utf-8")
    assert problem(await client.post("/undo")) == (412, "changed-meanwhile")
    assert path.read_text(encoding="utf-8") == text


async def test_what_get_says_can_be_put_back(client: httpx.AsyncClient, path: Path, applied: Applied) -> None:
    for address in ("/queues/sales", "/agents/ann"):
        got = await client.get(address)
        put = await client.put(address, json=got.json(), headers={"if-match": got.headers["etag"]})
        assert (put.status_code, put.json(), put.headers["etag"]) == (200, got.json(), got.headers["etag"])
    assert path.read_text(encoding="utf-8") == TEXT
    assert applied.changes == []


async def test_a_change_is_in_effect_and_in_the_file_before_the_answer(
    client: httpx.AsyncClient, path: Path, applied: Applied
) -> None:
    answer = await client.patch("/queues/sales", json={"ring_s": 20})
    assert (answer.status_code, answer.json()["ring_s"]) == (200, 20)
    assert path.read_text(encoding="utf-8") == TEXT.replace('"ringall"\n', '"ringall"\nring_s = 20\n')
    assert applied.changes == [(Change(rules=("queue sales changed",)), "api")]


async def test_making_and_removing(client: httpx.AsyncClient, applied: Applied) -> None:
    made = await client.put("/trunks/telco", json={"dial": "PJSIP/{number}@telco"})
    assert (made.status_code, made.json()["capacity"]) == (201, 0)
    assert (await client.put("/trunks/telco", json={"dial": "PJSIP/{number}@telco"})).status_code == 200
    assert (await client.delete("/trunks/telco")).status_code == 204
    assert problem(await client.get("/trunks/telco")) == (404, "setting-unknown")
    assert [change.rules for change, _ in applied.changes] == [("trunk telco added",), ("trunk telco removed",)]


async def test_somebody_elses_change_is_not_overwritten(client: httpx.AsyncClient, path: Path) -> None:
    etag = (await client.get("/queues/sales")).headers["etag"]
    path.write_text(TEXT.replace('"ringall"', '"linear"'), encoding="utf-8")
    for method in ("PUT", "PATCH", "DELETE"):
        body = None if method == "DELETE" else {"ring_s": 20}
        answer = await client.request(method, "/queues/sales", json=body, headers={"if-match": etag})
        assert problem(answer) == (412, "changed-meanwhile")
    assert "linear" in path.read_text(encoding="utf-8")
    assert (await client.get("/queues/sales")).json()["strategy"] == "linear"


@pytest.mark.parametrize(
    ("address", "body", "says"),
    [
        ("/queues/sales", {"ring_s": -1}, "queue sales: ring_s: "),
        ("/queues/sales", {"ringing": 1}, "queue sales: ringing: there is no such setting"),
        ("/queues/sales", {"schedule": "office"}, "queue sales: schedule: there is no schedule 'office'"),
        ("/agents/ann", {"queues": ["nowhere"]}, "agent ann: queues: there is no queue 'nowhere'"),
    ],
)
async def test_a_mistake_is_told_in_the_configurations_words(
    client: httpx.AsyncClient, path: Path, address: str, body: object, says: str
) -> None:
    answer = await client.patch(address, json=body)
    assert problem(answer) == (422, "config-refused")
    assert answer.json()["errors"][0].startswith(f"{path}: {says}")
    assert path.read_text(encoding="utf-8") == TEXT


async def test_all_mistakes_of_a_file_are_told_on_reload(client: httpx.AsyncClient, path: Path) -> None:
    path.write_text(TEXT.replace("ringall", "loudest").replace("PJSIP/1001", "x"), encoding="utf-8")
    answer = await client.post("/reload")
    assert problem(answer) == (422, "config-refused")
    assert len(answer.json()["errors"]) == 2
    assert problem(await client.get("/queues")) == (422, "config-refused")


async def test_an_empty_file_ends_nothing(client: httpx.AsyncClient, path: Path, applied: Applied) -> None:
    path.write_text(" \n", encoding="utf-8")
    assert problem(await client.post("/reload")) == (422, "config-refused")
    assert applied.changes == []


async def test_names_of_address_and_body_must_agree(client: httpx.AsyncClient) -> None:
    assert problem(await client.put("/queues/sales", json={"name": "support"})) == (422, "invalid")
    assert problem(await client.put("/queues/a b", json={})) == (422, "invalid")
    assert problem(await client.put("/queues/sales", json=["name"])) == (422, "invalid")


async def test_a_member_is_put_where_agents_are_configured(client: httpx.AsyncClient, path: Path) -> None:
    await client.put("/queues/support", json={})
    answer = await client.put("/queues/support/members/ann", json={"penalty": 2})
    assert answer.json()["queues"] == ["sales", {"name": "support", "penalty": 2}]
    assert 'queues = ["sales", {name = "support", penalty = 2}]' in path.read_text(encoding="utf-8")
    assert (await client.delete("/queues/sales/members/ann")).json()["queues"] == [{"name": "support", "penalty": 2}]
    for address in ("/queues/nowhere/members/ann", "/queues/sales/members/eve"):
        assert problem(await client.put(address)) == (404, "setting-unknown")


async def test_a_pin_is_not_shown_stays_and_can_be_changed(client: httpx.AsyncClient, path: Path) -> None:
    await client.patch("/agents/ann", json={"number": "501", "pin": "2468"})
    got = await client.get("/agents/ann")
    assert "pin" not in got.json() and "2468" not in got.text
    await client.put("/agents/ann", json=got.json(), headers={"if-match": got.headers["etag"]})
    assert load(path, {}).agent[0].pin.get_secret_value() == "2468"
    changed = await client.patch("/agents/ann", json={"pin": "1357"}, headers={"if-match": got.headers["etag"]})
    assert changed.headers["etag"] != got.headers["etag"]
    assert load(path, {}).agent[0].pin.get_secret_value() == "1357"
    refused = await client.patch("/agents/ann", json={"pin": "secret words"})
    assert problem(refused) == (422, "config-refused") and "secret words" not in refused.text
    await client.patch("/agents/ann", json={"pin": None})
    assert "pin" not in path.read_text(encoding="utf-8")


async def test_without_a_file_nothing_can_be_changed(applied: Applied) -> None:
    async with client_of(LiveConfig(None, Config(), applied)) as client:
        for answer in (
            await client.get("/queues"),
            await client.put("/queues/sales", json={}),
            await client.post("/reload"),
        ):
            assert problem(answer) == (409, "no-config-file")


async def test_openapi_shows_the_settings_as_the_file_has_them(client: httpx.AsyncClient) -> None:
    document = (await client.get("http://127.0.0.1/api/v1/openapi.json")).json()
    operation = document["paths"]["/api/v1/config/queues/{name}"]["put"]
    body = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    schema = document["components"]["schemas"][body.rpartition("/")[2]]
    assert "wrap_up_s" in schema["properties"]
    assert operation["responses"]["412"]["content"]["application/problem+json"]
