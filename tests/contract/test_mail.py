"""Messages by mail, through a real SMTP server: whole, once, safe from what callers call themselves."""

from __future__ import annotations

import asyncio
import io
import wave
from collections import Counter
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.support.mail_server import MailServer
from tests.support.post_office import START, PostOffice, mail_config, open_post_office
from tests.support.wav import write_wav
from vmq.app.outgoing import mail_problems
from vmq.domain.delivery import State
from vmq.domain.events import MailboxChanged
from vmq.domain.mailbox import Folder, Moved
from vmq.domain.records import DeliveryGivenUp, MessageChanged, MessageTold
from vmq.errors import StorageError
from vmq.mail.worker import LEASE_S

DAY_S = 86400.0


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    """A mail server that is up."""
    server = MailServer()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def office(server: MailServer, tmp_path: Path) -> AsyncIterator[PostOffice]:
    """A post office that uses it."""
    async with open_post_office(tmp_path, mail_config(server.port)) as office:
        yield office


def attachment(mail: EmailMessage) -> EmailMessage:
    """The one attachment."""
    (found,) = mail.iter_attachments()
    assert isinstance(found, EmailMessage)
    return found


# feature 20, 47
async def test_a_message_arrives_with_its_sound(server: MailServer, office: PostOffice) -> None:
    message = await office.store_message("m1", caller_number="2002", caller_name="Ben", category="sales")
    (mail,) = await server.wait_mails(1)
    assert server.recipients == ["ann@pbx.example"]
    assert mail["To"] == "ann@pbx.example"
    assert mail["From"] == "Voicemail <vmq@pbx.example>"
    assert mail["Subject"] == 'Voice message from "Ben" <2002> for 1001 (0:02)'
    assert (mail["X-Asterisk-CallerID"], mail["X-Asterisk-VM-Duration"]) == ("2002", "2")
    assert mail["X-Asterisk-VM-Category"] == "sales"
    sound = attachment(mail)
    assert sound.get_content_type() == "audio/wav"
    assert sound.get_filename() == "message-1001-m1.wav"
    assert sound.get_content() == office.store.path(message.ref).read_bytes()
    body, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert body is not None and html is not None
    assert "Dear Ann," in body.get_content() and "attached" in body.get_content()
    assert "<b>&#34;Ben&#34; &lt;2002&gt;</b>" in html.get_content()
    (sent,) = await office.settled()
    assert (sent.state, sent.attempts) == (State.SENT, 1)
    assert [entry.record for entry in await office.journal.read()] == [
        MessageTold("m1", "1001", "mail", "ann@pbx.example")
    ]


@pytest.mark.parametrize(
    "name",
    [
        "Eve\r\nBcc: victim@example.org\r\n\r\nforged",
        "Eve\nTo: victim@example.org",
        "Eve\x00\x0b\x85\u2028Bcc: victim@example.org",
        "=?utf-8?q?Eve=0D=0ABcc=3A_victim=40example=2Eorg?=",
        "E" * 5000,
        '"Eve" <victim@example.org>, x',
    ],
)
async def test_a_callers_name_is_no_header(server: MailServer, office: PostOffice, name: str) -> None:
    await office.store_message("m1", caller_number="2002\r\nX-Evil: 1", caller_name=name)
    (mail,) = await server.wait_mails(1)
    assert server.recipients == ["ann@pbx.example"]
    assert mail.get_all("To") == ["ann@pbx.example"]
    assert (mail["Bcc"], mail["X-Evil"]) == (None, None)
    assert all(len(line) <= 998 for line in server.raw[0].split(b"\r\n"))
    body = mail.get_body(("plain",))
    assert body is not None and "left you a voice message" in body.get_content()


@pytest.mark.parametrize("name", ["Zoë Müller", "山田太郎", "Žofia ☎ 🎉", "Анна"])
async def test_a_name_in_any_script_arrives_as_it_is(server: MailServer, office: PostOffice, name: str) -> None:
    await office.store_message("m1", caller_number="2002", caller_name=name)
    (mail,) = await server.wait_mails(1)
    assert name in mail["Subject"]
    assert mail["X-Asterisk-CallerIDName"] == name
    body = mail.get_body(("plain",))
    assert body is not None and name in body.get_content()
    assert server.raw[0].isascii()


# feature 50
async def test_each_recipient_has_a_mail_and_a_message_id_of_his_own(server: MailServer, tmp_path: Path) -> None:
    told = {"email": ["ann@pbx.example", "home@ann.example", "ANN@pbx.example"], "pager": "49170@sms.example"}
    async with open_post_office(tmp_path, mail_config(server.port, told)) as office:
        await office.store_message("m1", caller_number="2002")
        mails = await server.wait_mails(3)
        await office.settled(3)
    assert sorted(server.recipients) == ["49170@sms.example", "ANN@pbx.example", "home@ann.example"]
    assert len({mail["Message-ID"] for mail in mails}) == 3
    (pager,) = [mail for mail in mails if mail["To"] == "49170@sms.example"]
    assert not pager.is_multipart()
    assert pager.get_content().startswith("2002, 0:02 min, box 1001, ")


async def test_a_server_that_is_down_for_a_day_loses_and_doubles_nothing(server: MailServer, tmp_path: Path) -> None:
    config = mail_config(server.port, {"email": ["ann@pbx.example", "home@ann.example"]}, mail={"at_once": 3})
    names = {"early1", "early2", "later", "last"}
    async with open_post_office(tmp_path, config) as office:

        async def is_all_sent() -> bool:
            return len(await office.all(State.SENT)) == 2 * len(names)

        await server.stop()
        await office.store_message("early1")
        await office.store_message("early2")
        await office.pass_until(START + DAY_S / 3)
        await server.start()
        server.cuts_data = True  # it is up again, and falls over in the middle of every mail
        await office.store_message("later")
        await office.pass_until(START + DAY_S * 2 / 3)
        server.cuts_data = False
        server.refuses_mail = lambda _: "451 try again later"
        await office.store_message("last")
        await office.pass_until(START + DAY_S)
        assert server.mails == []
        server.refuses_mail = lambda _: None
        await office.pass_time(is_all_sent)
    got = Counter((mail["X-Asterisk-VM-Message-ID"], mail["To"]) for mail in server.mails)
    assert got == {(name, to): 1 for name in names for to in ("ann@pbx.example", "home@ann.example")}
    assert len({mail["Message-ID"] for mail in server.mails}) == 2 * len(names)


async def test_waits_grow_while_a_server_is_down(server: MailServer, office: PostOffice) -> None:
    await server.stop()
    await office.store_message("m1")
    waits = []
    for attempt in range(1, 11):
        failed = await office.failed(attempt)
        waits.append(failed.due_at - office.clock.now())
        await office.next_try()
    assert waits[0] <= 30 * 1.25
    assert waits[-1] >= 3600 * 0.75
    assert "127.0.0.1" in failed.error


async def test_a_mail_is_given_up_after_its_days_and_can_be_retried(server: MailServer, office: PostOffice) -> None:
    office.config = mail_config(server.port, mail={"give_up_days": 0.5})
    await server.stop()
    await office.store_message("m1")

    async def is_dead() -> bool:
        return bool(await office.all(State.DEAD))

    await office.pass_time(is_dead)
    assert office.clock.now() >= START + DAY_S / 2
    (dead,) = await office.all()
    assert dead.error.startswith("tried ")
    records = [entry.record for entry in await office.journal.read()]
    assert [type(record) for record in records] == [DeliveryGivenUp]
    await server.start()
    assert await office.outbox.retry(dead.id, office.clock.now(), DAY_S)
    office.worker.wake()
    (mail,) = await server.wait_mails(1)
    assert mail["Message-ID"] == dead.mail_id


async def test_a_recipient_whom_the_server_refuses_is_given_up_at_once(server: MailServer, office: PostOffice) -> None:
    server.refuses_recipient = lambda address: f"550 no such user {address}"
    await office.store_message("m1")
    (dead,) = await office.settled()
    assert dead.state is State.DEAD
    assert "550 no such user ann@pbx.example" in dead.error


async def test_a_greylisted_mail_goes_out_later(server: MailServer, office: PostOffice) -> None:
    server.refuses_recipient = lambda _: "450 greylisted"
    await office.store_message("m1")
    await office.failed()
    server.refuses_recipient = lambda _: None
    await office.next_try()
    await server.wait_mails(1)
    (sent,) = await office.settled()
    assert sent.attempts == 2


# feature 49
async def test_a_message_is_deleted_once_the_server_has_accepted_it(server: MailServer, tmp_path: Path) -> None:
    async with open_post_office(tmp_path, mail_config(server.port, {"delete_after_mail": True})) as office:
        server.refuses_mail = lambda _: "451 not now"
        await office.store_message("m1")
        await office.failed()
        assert len(await office.mailboxes.messages("1001", Folder.INBOX)) == 1
        server.refuses_mail = lambda _: None
        await office.next_try()
        await office.settled()
        assert [m.id for m in await office.mailboxes.messages("1001", Folder.DELETED)] == ["m1"]
        await asyncio.sleep(0)
        assert office.sink.lamp("1001") == MailboxChanged("1001", 0, 0, 0)
        assert MessageChanged("m1", "1001", "deleted", "Deleted") in [e.record for e in await office.journal.read()]


async def test_a_message_that_is_too_large_goes_by_link_and_stays(server: MailServer, tmp_path: Path) -> None:
    mail = {"max_attachment_mb": 0.01, "public_url": "https://pbx.example/"}
    config = mail_config(server.port, {"delete_after_mail": True}, mail=mail)
    async with open_post_office(tmp_path, config) as office:
        await office.store_message("m1", seconds=30.0)
        (mail_,) = await server.wait_mails(1)
        await office.settled()
        assert not list(mail_.iter_attachments())
        body = mail_.get_body(("plain",))
        assert body is not None and "https://pbx.example/listen/m1?until=" in body.get_content()
        assert len(await office.mailboxes.messages("1001", Folder.INBOX)) == 1


# feature 48
@pytest.mark.parametrize(("form", "kind", "mark"), [("mp3", "audio/mpeg", b"\xff"), ("opus", "audio/ogg", b"OggS")])
async def test_a_message_can_be_attached_compressed(
    server: MailServer, tmp_path: Path, form: str, kind: str, mark: bytes
) -> None:
    async with open_post_office(tmp_path, mail_config(server.port, {"attach_format": form})) as office:
        message = await office.store_message("m1", seconds=20.0)
        (mail,) = await server.wait_mails(1)
        sound = attachment(mail)
        assert sound.get_content_type() == kind
        data = sound.get_content()
        assert data.startswith(mark)
        assert len(data) < office.store.path(message.ref).stat().st_size / 2


async def test_a_message_that_was_deleted_goes_out_while_its_recording_is_there(
    server: MailServer, office: PostOffice
) -> None:
    await server.stop()
    await office.store_message("kept")
    await office.failed()
    await office.mailboxes.move("1001", ["kept"], Folder.DELETED)
    assert await office.mailboxes.purge("1001", keep=0) == ["1001/kept"]
    await server.start()
    await office.next_try()
    assert attachment((await server.wait_mails(1))[0]).get_content_type() == "audio/wav"


async def test_a_message_whose_recording_is_gone_too_is_dropped_with_a_record(
    server: MailServer, office: PostOffice
) -> None:
    await server.stop()
    await office.store_message("gone")
    await office.failed()
    await office.mailboxes.move("1001", ["gone"], Folder.DELETED)
    await office.store.remove(await office.mailboxes.purge("1001", keep=0))
    await server.start()
    await office.next_try()
    (dead,) = await office.settled()
    assert dead.state is State.DEAD
    assert "its recording is gone" in dead.error
    assert type((await office.journal.read())[-1].record) is DeliveryGivenUp
    assert server.mails == []


async def test_a_recording_that_is_missing_for_now_is_waited_for(server: MailServer, office: PostOffice) -> None:
    await server.stop()
    message = await office.store_message("m1")
    await office.failed()
    path = office.store.path(message.ref)
    aside = path.rename(path.with_suffix(".aside"))
    await server.start()
    await office.next_try()
    assert "can't be found" in (await office.failed(2)).error
    aside.rename(path)
    await office.next_try()
    await server.wait_mails(1)


@pytest.mark.parametrize(
    ("mailbox", "house", "told"),
    [
        ({"time_zone": "Asia/Tokyo"}, "UTC", "17:00"),
        ({"class_of_service": "far"}, "UTC", "21:00"),
        ({}, "UTC", "08:00"),
    ],
)
# feature 54
async def test_mail_tells_the_time_in_the_mailboxs_zone(
    server: MailServer, tmp_path: Path, mailbox: dict[str, str], house: str, told: str
) -> None:
    sections = {
        "mail": {"date_format": "%H:%M"},
        "voicemail": {"time_zone": house},
        "class_of_service": [{"name": "far", "time_zone": "Pacific/Auckland"}],
    }
    config = mail_config(server.port, mailbox, **sections)
    async with open_post_office(tmp_path, config) as office:
        await office.store_message("m1")
        (mail,) = await server.wait_mails(1)
        text = mail.get_body(("plain",))
        assert text is not None
        assert told in text.get_content()


# feature 47
async def test_an_owners_template_is_used_and_a_broken_one_holds_up_no_mail(server: MailServer, tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "subject.txt").write_text("{{ VM_CIDNAME }} hat angerufen\n", encoding="utf-8")
    (folder / "body.txt").write_text("{{ VM_NAME }}: {% if %}", encoding="utf-8")
    (folder / "body.html").write_text("{{ VM_NO_SUCH_THING }}", encoding="utf-8")
    config = mail_config(server.port, mail={"templates": str(folder)})
    problems = list(mail_problems(config))
    assert len(problems) == 2
    assert "body.txt: line 1" in problems[0] and "VM_NO_SUCH_THING" in problems[1]
    async with open_post_office(tmp_path, config) as office:
        await office.store_message("m1", caller_name="Zoë")
        (mail,) = await server.wait_mails(1)
    assert mail["Subject"] == "Zoë hat angerufen"
    body = mail.get_body(("plain",))
    assert body is not None and body.get_content().startswith("Dear Ann,")


async def test_lines_that_begin_with_a_dot_arrive_as_they_are(server: MailServer, tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "body.txt").write_text(".\n..\n.hidden\nlast without an end")
    async with open_post_office(tmp_path, mail_config(server.port, mail={"templates": str(folder)})) as office:
        await office.store_message("m1")
        (mail,) = await server.wait_mails(1)
    body = mail.get_body(("plain",))
    assert body is not None and body.get_content().splitlines() == [".", "..", ".hidden", "last without an end"]
    assert attachment(mail).get_content() == office.store.path("1001/m1").read_bytes()


async def test_a_template_reaches_nothing_outside_itself(server: MailServer, tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "subject.txt").write_text("{{ ''.__class__.__mro__[1].__subclasses__() }}")
    (folder / "body.txt").write_text("{% include '/etc/passwd' %}{% include '../vmq.db' %}")
    problems = list(mail_problems(mail_config(server.port, mail={"templates": str(folder)})))
    assert len(problems) == 2


async def test_what_was_accepted_is_not_sent_again_when_the_database_is_away_for_long(
    server: MailServer, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, tried = office.outbox.sent, asyncio.Event()

    async def refuse(*_: object, **__: object) -> Moved:
        tried.set()
        raise StorageError("database: can't note a delivery as sent: database is locked")

    monkeypatch.setattr(office.outbox, "sent", refuse)
    await office.store_message("m1")
    await asyncio.wait_for(tried.wait(), 30)
    office.clock.at += 2 * LEASE_S
    tried.clear()
    await office.next_try()
    await asyncio.wait_for(tried.wait(), 30)
    office.worker.wake()  # it looks what is due by now
    await office.store_message("m2")
    await server.wait_mails(2)
    monkeypatch.setattr(office.outbox, "sent", real)
    await office.next_try()
    sent = await office.settled(2)
    assert [(each.state, each.attempts) for each in sent] == [(State.SENT, 1)] * 2
    assert len(server.raw) == 2


async def test_a_mail_that_is_on_its_way_when_the_program_stops_is_noted(server: MailServer, tmp_path: Path) -> None:
    begun = asyncio.Event()

    async def take_a_moment() -> None:
        begun.set()
        await asyncio.sleep(0.1)

    server.before_reply = take_a_moment
    async with open_post_office(tmp_path, mail_config(server.port)) as office:
        await office.store_message("m1")
        await begun.wait()
        await office.stop()
        (sent,) = await office.all()
    assert sent.state is State.SENT


async def test_many_messages_use_no_more_connections_than_they_may(server: MailServer, tmp_path: Path) -> None:
    most = 0

    async def count() -> None:
        nonlocal most
        most = max(most, len(server._open))

    server.before_reply = count
    async with open_post_office(tmp_path, mail_config(server.port, mail={"at_once": 2})) as office:
        for number in range(12):
            await office.store_message(f"m{number}")
        await office.settled(12)
    assert len(server.mails) == 12
    assert most <= 2


# feature 25
async def test_a_forwarded_message_arrives_with_its_introduction_before_it(
    server: MailServer, office: PostOffice
) -> None:
    introduction = office.store.path("1001/intro")
    introduction.parent.mkdir(exist_ok=True)
    write_wav(introduction, 1.0)
    message = await office.store_message("m1", forwarder="1002", introduction="1001/intro")
    (mail,) = await server.wait_mails(1)
    with wave.open(io.BytesIO(attachment(mail).get_content())) as sound:
        heard = sound.readframes(sound.getnframes())
    assert heard == await office.store.samples("1001/intro") + await office.store.samples(message.ref)


# feature 15
async def test_a_private_message_is_told_of_without_its_sound(server: MailServer, tmp_path: Path) -> None:
    config = mail_config(server.port, mail={"public_url": "https://pbx.example/"})
    async with open_post_office(tmp_path, config) as office:
        await office.store_message("m1", is_private=True)
        (mail,) = await server.wait_mails(1)
        assert not list(mail.iter_attachments())
        body = mail.get_body(("plain",))
        assert body is not None and "/listen/" not in body.get_content()
