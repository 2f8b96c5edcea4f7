"""TLS by files, and behind a proxy: whose word is taken for who asks, and by which scheme."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.access import HERE, PASSWORD, House, open_house
from tests.support.certificates import signed
from vmq.access.audit import AuditQuestion
from vmq.cli.remote import Remote
from vmq.client import ClientError
from vmq.errors import ConfigError
from vmq.http.server import HttpServer, Tls
from vmq.http.stream import Streams
from vmq.lcd.source import Source


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


@pytest.fixture
def files(tmp_path: Path) -> Tls:
    """A certificate that signs itself, for a name that nobody here asks by."""
    return signed("pbx.example").write(tmp_path)


def write_config(folder: Path, port: int) -> Path:
    """The configuration of a server with the files of this folder."""
    config = folder / "vmq.toml"
    lines = f'[http]\nport = {port}\ntoken = "secret"\n'
    config.write_text(f'{lines}tls_certificate = "cert.pem"\ntls_key = "key.pem"\n')
    return config


@asynccontextmanager
async def serving(house: House, tls: Tls, token: str = "") -> AsyncIterator[HttpServer]:
    server = HttpServer(house.app(is_secure=True, token=token), Streams(house.shop.journal), "127.0.0.1", 0, tls)
    async with asyncio.TaskGroup() as group:
        group.create_task(server.run())
        try:
            yield server
        finally:
            server.stop()


async def test_a_server_with_a_certificate_speaks_tls_and_its_cookies_are_secure(house: House, files: Tls) -> None:
    trust = ssl.create_default_context(cafile=files.certificate)
    trust.check_hostname = False
    async with serving(house, files) as server:
        assert server.url.startswith("https://")
        async with httpx.AsyncClient(base_url=server.url, verify=trust) as client:
            answer = await client.post("/api/v1/session", json={"name": "adam", "password": PASSWORD})
            assert answer.headers["set-cookie"].startswith("__Host-vmq=")
            assert "Secure" in answer.headers["set-cookie"]
            assert (await client.get("/api/v1/users")).status_code == 200
        with pytest.raises(httpx.TransportError):
            async with httpx.AsyncClient() as client:
                await client.get(server.url.replace("https", "http"), timeout=5)


async def test_the_command_line_trusts_the_configured_certificate_and_no_other(
    house: House, files: Tls, tmp_path: Path
) -> None:
    async with serving(house, files, token="secret") as server:
        config = write_config(tmp_path, server.port)
        done = await asyncio.to_thread(Remote(config).ask, "POST", "/agents/ann/pause")
        assert done["command"] == "agent pause"
        with pytest.raises(ClientError):
            await asyncio.to_thread(Remote(config, server.url).ask, "POST", "/agents/ann/pause")


async def test_who_signed_the_configured_certificate_vouches_for_no_other(house: House, tmp_path: Path) -> None:
    authority = signed("authority.example", is_authority=True)
    ours, other = tmp_path / "ours", tmp_path / "other"
    ours.mkdir()
    other.mkdir()
    files = signed("pbx.example", authority).write(ours, authority)
    others = signed("other.example", authority).write(other, authority)
    for tls, is_ours in ((files, True), (others, False)):
        async with serving(house, tls, token="secret") as server:
            config = write_config(ours, server.port)
            if is_ours:
                await asyncio.to_thread(Remote(config).ask, "GET", "/floor")
            else:
                with pytest.raises(ClientError):
                    await asyncio.to_thread(Remote(config).ask, "GET", "/floor")


async def test_the_display_trusts_the_configured_certificate_and_no_other(
    house: House, files: Tls, tmp_path: Path
) -> None:
    async with serving(house, files, token="secret") as server:
        trust = Remote(write_config(tmp_path, server.port)).trust
        async with aclosing(Source(server.url, "secret", (), (), trust).follow()) as figures:
            assert (await anext(figures)).is_known
        with pytest.raises(ClientError):
            await anext(Source(server.url, "secret", (), ()).follow())


def test_a_certificate_that_is_none_is_one_clear_error(files: Tls, tmp_path: Path) -> None:
    files.certificate.write_text("nothing")
    with pytest.raises(ConfigError, match=r"http\.tls_certificate: .* can't be used"):
        Remote(write_config(tmp_path, 8080))


@pytest.mark.parametrize("spoilt", ["certificate", "key", "both"])
def test_files_that_are_no_use_are_one_clear_error(house: House, files: Tls, spoilt: str, tmp_path: Path) -> None:
    if spoilt == "certificate":
        files.certificate.write_text("nothing")
    elif spoilt == "key":
        files.key.unlink()
    else:
        files = Tls(files.key, files.certificate)
    with pytest.raises(ConfigError, match=r"http\.tls_certificate, http\.tls_key: can't be used"):
        HttpServer(house.app(is_secure=True), Streams(house.shop.journal), "127.0.0.1", 0, files)


PROXY = {"x-forwarded-for": "203.0.113.9, 192.0.2.7", "x-forwarded-proto": "https"}


async def addresses(house: House) -> set[str]:
    return {entry.address for entry in await house.audit.page(AuditQuestion())}


async def test_a_trusted_proxy_is_believed_from_the_last_one_on(house: House) -> None:
    async with house.client(url="http://pbx.example", proxies=["127.0.0.0/8"]) as client:
        login = {"name": "adam", "password": PASSWORD}
        answer = await client.post("/api/v1/session", json=login, headers={**PROXY, "origin": "https://pbx.example"})
        assert answer.headers["set-cookie"].startswith("__Host-vmq=")
    assert await addresses(house) == {"192.0.2.7"}, "what a stranger wrote before the proxy's word is not believed"


async def test_nobody_else_is_believed(house: House) -> None:
    for more in ({}, {"proxies": ["10.0.0.1"]}):
        async with house.client(url=HERE, **more) as client:
            login = {"name": "adam", "password": PASSWORD}
            answer = await client.post("/api/v1/session", json=login, headers=PROXY)
            assert answer.headers["set-cookie"].startswith("vmq=")
    assert await addresses(house) == {"127.0.0.1"}
