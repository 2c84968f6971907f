import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from stranger_lock import (
    ChannelError,
    ChannelRefused,
    Code,
    CodeKind,
    Credentials,
    KeyPair,
    LinkEnded,
    LockClient,
    OutcomeUnknown,
    RequestFailed,
    RequestRefused,
    RequestTooLarge,
    Session,
    UnexpectedAnswer,
    fingerprint,
    pair,
)
from stranger_lock import client as client_module
from stranger_lock import messages as pb
from stranger_lock.client import Connect
from stranger_lock.errors import fault_name
from stranger_lock.session import fresh_id

from .lock import FakeLock, Handler, Link, Pipe, welcome

PHONE = KeyPair.generate()


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(30):
            await test()

    asyncio.run(limited())


def client_of(lock: FakeLock, connect: Connect | None = None, **options: Any) -> LockClient:
    credentials = Credentials(PHONE.private, lock.keys.public)
    return LockClient(connect or lock.connect, credentials, **{"patience": 5.0, **options})


def answering(answers: dict[str, pb.Answer]) -> Handler:
    async def handler(link: Link, request: pb.Request) -> pb.Answer | None:
        kind = request.WhichOneof("ask")
        return answers[kind] if kind in answers else await welcome(link, request)

    return handler


# ---- Answers ---------------------------------------------------------------------------------------------------------


def test_each_link_begins_with_hello() -> None:
    async def test() -> None:
        lock = FakeLock(answering({"unlock": pb.Answer(moved=pb.Moved(state=pb.STATE_UNLOCKED))}))
        async with client_of(lock) as client:
            assert (await client.unlock()).state == pb.STATE_UNLOCKED
            assert client.welcome is not None and client.welcome.version == "1.0.0"
        assert [request.WhichOneof("ask") for request in lock.requests] == ["hello", "unlock"]
        assert all(request.id for request in lock.requests)

    run(test)


def test_refused_failed_and_unusable() -> None:
    async def test() -> None:
        refused = pb.Refused(fault=pb.FAULT_OUT_OF_SCHEDULE, complaint="on Monday", retry_after_seconds=60)
        failed = pb.Failed(fault=pb.FAULT_BLOCKED, finding=pb.FINDING_DID_NOT_ARRIVE)
        lock = FakeLock(
            answering(
                {
                    "unlock": pb.Answer(refused=refused),
                    "calibrate": pb.Answer(failed=failed),
                    "get_settings": pb.Answer(done=pb.Done()),
                    "lock": pb.Answer(),
                }
            )
        )
        async with client_of(lock) as client:
            with pytest.raises(RequestRefused, match="FAULT_OUT_OF_SCHEDULE: on Monday") as refusal:
                await client.unlock()
            assert refusal.value.retry_after_seconds == 60
            with pytest.raises(RequestFailed) as failure:
                await client.calibrate()
            assert (failure.value.fault, failure.value.finding) == (pb.FAULT_BLOCKED, pb.FINDING_DID_NOT_ARRIVE)
            with pytest.raises(UnexpectedAnswer):
                await client.settings()
            with pytest.raises(UnexpectedAnswer):
                await client.lock()
            await client.acknowledge_alarms()

    run(test)


def test_a_refused_hello_does_not_keep_a_guest_from_asking() -> None:
    async def test() -> None:
        lock = FakeLock(answering({"hello": pb.Answer(refused=pb.Refused(fault=pb.FAULT_OUT_OF_SCHEDULE))}))
        async with client_of(lock) as client:
            assert (await client.status()).state == pb.STATE_LOCKED
            assert client.welcome is None

    run(test)


def test_faults_of_newer_locks_have_a_name() -> None:
    assert fault_name(pb.FAULT_BUSY) == "FAULT_BUSY" and fault_name(4711) == "FAULT_4711"


# ---- Limits ----------------------------------------------------------------------------------------------------------


def test_no_more_than_eight_at_once() -> None:
    async def test() -> None:
        async def handler(link: Link, request: pb.Request) -> pb.Answer | None:
            await asyncio.sleep(0.01)
            return await welcome(link, request)

        lock = FakeLock(handler)
        async with client_of(lock) as client:
            await asyncio.gather(*(client.status() for _ in range(30)))
        assert lock.most_under_way == 8 and len(lock.asked("get_status")) == 30

    run(test)


def test_who_gives_up_leaves_the_place_taken_until_the_answer() -> None:
    async def test() -> None:
        go = asyncio.Event()

        async def handler(link: Link, request: pb.Request) -> pb.Answer | None:
            await go.wait()
            return pb.Answer(done=pb.Done())

        lock = FakeLock(handler)
        session = await Session.open(await lock.connect(), Credentials(PHONE.private, lock.keys.public).purpose())
        asks = [asyncio.create_task(session.request(pb.Request(id=fresh_id(), hello=pb.Hello()))) for _ in range(8)]
        await asyncio.sleep(0.1)
        for ask in asks:
            ask.cancel()
        ninth = asyncio.create_task(session.request(pb.Request(id=fresh_id(), hello=pb.Hello())))
        await asyncio.sleep(0.1)
        assert len(lock.requests) == 8
        go.set()
        assert (await ninth).WhichOneof("outcome") == "done"
        await session.close()

    run(test)


def test_a_request_that_is_too_large_or_has_no_id_is_not_sent() -> None:
    async def test() -> None:
        lock = FakeLock()
        async with client_of(lock) as client:
            with pytest.raises(RequestTooLarge):
                await client.add_key(bytes(2000), pb.Terms())
            await client.status()
        session = await Session.open(await lock.connect(), Credentials(PHONE.private, lock.keys.public).purpose())
        with pytest.raises(ValueError):
            await session.request(pb.Request())
        await session.close()
        with pytest.raises(LinkEnded):
            await session.request(pb.Request(id=1))
        assert not lock.asked("add_key")

    run(test)


# ---- Broken links ----------------------------------------------------------------------------------------------------


def test_a_request_is_repeated_under_its_id_over_the_next_link() -> None:
    async def test() -> None:
        async def handler(link: Link, request: pb.Request) -> pb.Answer | None:
            if request.WhichOneof("ask") == "invite":
                if len(lock.links) < 3:
                    link.pipe.close()
                    return None
                return pb.Answer(invitation=pb.Invitation(id=5))
            return await welcome(link, request)

        lock = FakeLock(handler)
        async with client_of(lock) as client:
            assert (await client.invite(pb.Terms(role=pb.ROLE_GUEST, name="Guest"), 60)).id == 5
        first, second, third = lock.asked("invite")
        assert first == second == third and len(lock.links) == 3

    run(test)


@pytest.mark.parametrize(
    ("reason", "restarts", "kind", "times"),
    [
        (pb.GOODBYE_REASON_ENDING, True, "unlock", 1),
        (pb.GOODBYE_REASON_ENDING, True, "lock", 2),
        (pb.GOODBYE_REASON_ENDING, False, "unlock", 2),
        (pb.GOODBYE_REASON_IDLE, False, "unlock", 2),
        (pb.GOODBYE_REASON_REPLACED, False, "unlock", 2),
        (pb.GOODBYE_REASON_REVOKED, False, "lock", 1),
        (pb.GOODBYE_REASON_RESET, False, "lock", 1),
        (None, False, "set_clock", 1),
        (None, False, "unlock", 2),
        (None, True, "unlock", 1),  # A power cut says no goodbye.
        (None, True, "calibrate", 1),
        (None, True, "acknowledge_alarms", 1),
        (None, True, "lock", 2),
    ],
)
def test_what_is_repeated_after_what(reason: int | None, restarts: bool, kind: str, times: int) -> None:
    async def test() -> None:
        async def handler(link: Link, request: pb.Request) -> pb.Answer | None:
            if request.WhichOneof("ask") != kind:
                return await welcome(link, request)
            if len(lock.links) == 1:
                if restarts:
                    lock.run += 1
                if reason is not None:
                    await link.event(goodbye=pb.Goodbye(reason=reason))  # type: ignore[arg-type]
                link.pipe.close()
                return None
            return pb.Answer(moved=pb.Moved())

        lock = FakeLock(handler)
        async with client_of(lock) as client:
            if times == 1:
                with pytest.raises(OutcomeUnknown):
                    await getattr(client, kind)()
            else:
                await getattr(client, kind)()
        asked = lock.asked(kind)
        assert len(asked) == times and len({request.id for request in asked}) == 1

    run(test)


@pytest.mark.parametrize(
    ("kind", "fault"),
    [("revoke_key", pb.FAULT_NO_SUCH_KEY), ("withdraw_invitation", pb.FAULT_NO_SUCH_INVITATION)],
)
def test_what_was_taken_away_before_a_restart_is_done(kind: str, fault: pb.Fault) -> None:
    async def test() -> None:
        async def handler(link: Link, request: pb.Request) -> pb.Answer | None:
            if request.WhichOneof("ask") != kind:
                return await welcome(link, request)
            if len(lock.links) == 1:
                lock.run += 1
                link.pipe.close()
                return None
            return pb.Answer(refused=pb.Refused(fault=fault))

        lock = FakeLock(handler)
        async with client_of(lock) as client:
            await getattr(client, kind)(7)
            assert len(lock.asked(kind)) == 2
            with pytest.raises(RequestRefused):  # It was never there.
                await getattr(client, kind)(8)

    run(test)


def test_an_open_link_that_breaks_is_replaced_at_once_and_not_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "_FIRST_PAUSE", 0.5)

    async def test() -> None:
        opened: list[float] = []

        async def handler(link: Link, request: pb.Request) -> pb.Answer | None:
            if request.WhichOneof("ask") == "get_status" and len(lock.links) < 3:
                link.pipe.close()
                return None
            if request.WhichOneof("ask") == "get_status":
                return pb.Answer(status=pb.Status())
            opened.append(asyncio.get_running_loop().time())
            return await welcome(link, request)

        lock = FakeLock(handler)
        async with client_of(lock) as client:
            await client.status()
        first, second, third = opened
        assert second - first < 0.4 <= third - second

    run(test)


def test_without_a_welcome_an_unlock_is_not_repeated() -> None:
    async def test() -> None:
        async def handler(link: Link, request: pb.Request) -> pb.Answer | None:
            match request.WhichOneof("ask"):
                case "hello" if len(lock.links) > 1:
                    return pb.Answer(refused=pb.Refused(fault=pb.FAULT_BUSY))
                case "unlock":
                    link.pipe.close()
                    return None
            return await welcome(link, request)

        lock = FakeLock(handler)
        async with client_of(lock) as client:
            with pytest.raises(OutcomeUnknown):
                await client.unlock()
        assert len(lock.asked("unlock")) == 1

    run(test)


def test_no_answer_in_time_is_the_link_s_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "_ANSWER_SECONDS", 0.2)

    async def test() -> None:
        async def handler(link: Link, request: pb.Request) -> pb.Answer | None:
            if request.WhichOneof("ask") == "unlock" and len(lock.links) == 1:
                return None
            if request.WhichOneof("ask") == "unlock":
                return pb.Answer(moved=pb.Moved(state=pb.STATE_UNLOCKED))
            return await welcome(link, request)

        lock = FakeLock(handler)
        async with client_of(lock) as client:
            assert (await client.unlock()).state == pb.STATE_UNLOCKED
        assert len(lock.links) == 2 and len({request.id for request in lock.asked("unlock")}) == 1

    run(test)


def test_the_tag_key_is_passed_on_when_it_is_new() -> None:
    async def test() -> None:
        lock = FakeLock()
        heard: list[bytes] = []
        async with client_of(lock, on_tag_key=heard.append) as client:
            await client.hello()
            lock.tag_key = bytes(16)
            await client.hello()
            lock.tag_key = b""  # Nothing that tags could be made with.
            await client.hello()
        assert heard == [bytes(range(16)), bytes(16)]

    run(test)


def test_who_was_replaced_comes_back_with_the_next_request_only() -> None:
    async def test() -> None:
        lock = FakeLock()
        async with client_of(lock) as client:
            await client.subscribe()
            await lock.links[0].event(goodbye=pb.Goodbye(reason=pb.GOODBYE_REASON_REPLACED))
            lock.links[0].pipe.close()
            await asyncio.sleep(0.5)
            assert len(lock.links) == 1
            await client.status()
            assert len(lock.links) == 2 and len(lock.asked("subscribe")) == 2
            lock.links[1].pipe.close()
            while len(lock.links) < 3:  # It is watched again.
                await asyncio.sleep(0.01)

    run(test)


def test_pauses() -> None:
    refused = [ChannelRefused(2, seconds) for seconds in (5, 65535)]
    assert [client_module._pause(attempt, LinkEnded()) * 10 for attempt in range(4)] == [1, 2, 4, 8]
    assert client_module._pause(20, LinkEnded()) == 60
    assert [client_module._pause(0, error) for error in refused] == [5, 60]


def test_terms_of_a_used_up_key_are_not_sent_back() -> None:
    async def test() -> None:
        lock = FakeLock()
        async with client_of(lock) as client:
            with pytest.raises(ValueError, match="is_used_up"):
                await client.change_key(2, pb.Terms(role=pb.ROLE_GUEST, name="Guest", is_used_up=True))
        assert not lock.requests

    run(test)


def test_patience_ends() -> None:
    async def test() -> None:
        lock = FakeLock()
        tries = 0

        async def connect() -> Pipe:
            nonlocal tries
            tries += 1
            raise ConnectionRefusedError

        async with client_of(lock, connect, patience=1.0) as client:
            with pytest.raises(ConnectionRefusedError):
                await client.unlock()
        assert tries > 1

    run(test)


def test_a_forged_refusal_is_only_tried_again() -> None:
    async def test() -> None:
        lock = FakeLock()
        refusals = [bytes.fromhex("000400040000"), bytes.fromhex("000400010063"), bytes.fromhex("000400020000")]

        async def connect() -> Pipe:
            if not refusals:
                return await lock.connect()
            phone, other = Pipe.pair()
            await other.write(refusals.pop())
            return phone

        async with client_of(lock, connect) as client:
            assert (await client.status()).state == pb.STATE_LOCKED

        refusals = [bytes.fromhex("000400040000")] * 100
        async with client_of(lock, connect, patience=1.0) as client:
            with pytest.raises(ChannelRefused):
                await client.status()

    run(test)


def test_a_lock_that_says_nothing() -> None:
    async def test() -> None:
        phone, _ = Pipe.pair()
        with pytest.raises(ChannelError, match="in time"):
            await Session.open(phone, Credentials(PHONE.private, PHONE.public).purpose(), timeout=0.1)
        assert await phone.read() == b""  # It is closed.

    run(test)


@pytest.mark.parametrize("garbage", [b"\x00\x00", b"\x10\x11", b"\x00\x20" + bytes(32)])
def test_garbage_ends_the_link_and_fails_what_waits(garbage: bytes) -> None:
    async def test() -> None:
        async def handler(link: Link, request: pb.Request) -> pb.Answer | None:
            await link.pipe.write(garbage)
            return None

        lock = FakeLock(handler)
        session = await Session.open(await lock.connect(), Credentials(PHONE.private, lock.keys.public).purpose())
        with pytest.raises(ChannelError):
            await session.request(pb.Request(id=1, hello=pb.Hello()))
        assert session.is_closed and isinstance(await session.wait_closed(), ChannelError)
        await session.close()

    run(test)


def test_authentic_nonsense_is_passed_over() -> None:
    async def test() -> None:
        async def handler(link: Link, request: pb.Request) -> pb.Answer | None:
            if request.WhichOneof("ask") == "unlock":
                await link.pipe.write(link.channel.send(b"welcome"))  # Seven letters are no FromLock.
                return pb.Answer(moved=pb.Moved())
            await link.pipe.write(link.channel.send(b""))
            await link.pipe.write(link.channel.send(bytes.fromhex("9a06021234")))  # Field 99 of a newer version.
            await link.say(pb.FromLock(answer=pb.Answer(id=12345, done=pb.Done())))
            await link.event()
            return pb.Answer(done=pb.Done())

        lock = FakeLock(handler)
        session = await Session.open(await lock.connect(), Credentials(PHONE.private, lock.keys.public).purpose())
        assert (await session.request(pb.Request(id=1, hello=pb.Hello()))).WhichOneof("outcome") == "done"
        assert (await session.request(pb.Request(id=2, unlock=pb.Unlock()))).WhichOneof("outcome") == "moved"
        await session.close()

    run(test)


# ---- Events ----------------------------------------------------------------------------------------------------------


def test_events_and_coming_back() -> None:
    async def test() -> None:
        events: list[pb.Event] = []
        lock = FakeLock()
        async with client_of(lock, on_event=events.append) as client:
            assert (await client.subscribe()).state == pb.STATE_LOCKED
            await lock.links[0].event(alarm=pb.AlarmChange(alarm=pb.ALARM_TAMPERED, is_active=True))
            await lock.links[0].event(notice=pb.Notice(number=3, kind=pb.NOTICE_KIND_KEY_ADDED))
            await lock.links[0].event(goodbye=pb.Goodbye(reason=pb.GOODBYE_REASON_ENDING))
            lock.links[0].pipe.close()
            while len(lock.asked("subscribe")) < 2 or len(events) < 4:
                await asyncio.sleep(0.01)
            await lock.links[1].event(status=pb.Status(state=pb.STATE_UNLOCKED))
            while len(events) < 5:
                await asyncio.sleep(0.01)
        kinds = [event.WhichOneof("event") for event in events]
        assert kinds == ["alarm", "notice", "goodbye", "status", "status"]
        assert len({request.id for request in lock.asked("subscribe")}) == 2

    run(test)


def test_after_a_farewell_nobody_comes_back() -> None:
    async def test() -> None:
        lock = FakeLock()
        async with client_of(lock) as client:
            await client.subscribe()
            await lock.links[0].event(goodbye=pb.Goodbye(reason=pb.GOODBYE_REASON_REVOKED))
            lock.links[0].pipe.close()
            await asyncio.sleep(0.5)
        assert len(lock.links) == 1

    run(test)


def test_a_listener_that_fails_does_no_harm() -> None:
    async def test() -> None:
        def listener(event: pb.Event) -> None:
            raise RuntimeError("a listener's mistake, on purpose")

        lock = FakeLock()
        async with client_of(lock, on_event=listener) as client:
            await client.subscribe()
            await lock.links[0].event(status=pb.Status())
            await client.status()
        assert len(lock.links) == 1

    run(test)


def test_a_subscribed_client_says_something_from_time_to_time() -> None:
    async def test() -> None:
        lock = FakeLock()
        async with client_of(lock, keep_alive=0.05) as client:
            await client.subscribe()
            while len(lock.asked("hello")) < 4:
                await asyncio.sleep(0.01)
        assert len(lock.links) == 1

    run(test)


# ---- Pages -----------------------------------------------------------------------------------------------------------


def test_pages() -> None:
    async def test() -> None:
        async def handler(link: Link, request: pb.Request) -> pb.Answer | None:
            match request.WhichOneof("ask"):
                case "list_keys":
                    ids = [number for number in (1, 2, 5, 9, 12) if number > request.list_keys.after]
                    return pb.Answer(keys=pb.Keys(keys=[pb.Key(id=id) for id in ids[:2]], has_more=len(ids) > 2))
                case "list_invitations":
                    there = [13, 10, 14, 11, 12]  # Oldest first, in no order of their ids.
                    after = request.list_invitations.after
                    ids = there[there.index(after) + 1 if after else 0 :]
                    page = [pb.Invitation(id=id) for id in ids[:2]]
                    return pb.Answer(invitations=pb.Invitations(invitations=page, has_more=len(ids) > 2))
                case "read_log":
                    assert 1 <= request.read_log.limit <= 500
                    first = max(request.read_log.since + 1, 101)
                    entries = [pb.Entry(number=number) for number in range(first, min(first + 3, 109))]
                    return pb.Answer(log=pb.Log(first=101, last=108, entries=entries))
            return await welcome(link, request)

        lock = FakeLock(handler)
        async with client_of(lock) as client:
            assert [key.id async for key in client.keys()] == [1, 2, 5, 9, 12]
            assert [invitation.id async for invitation in client.invitations()] == [13, 10, 14, 11, 12]
            assert [entry.number async for entry in client.log()] == list(range(101, 109))
            assert [entry.number async for entry in client.log(106)] == [107, 108]
            assert [entry.number async for entry in client.log(108)] == []
        assert len(lock.asked("list_keys")) == 3

    run(test)


def test_a_lock_that_goes_in_circles_is_not_followed() -> None:
    async def test() -> None:
        lock = FakeLock(
            answering(
                {
                    "list_keys": pb.Answer(keys=pb.Keys(keys=[pb.Key(id=1)], has_more=True)),
                    "list_invitations": pb.Answer(invitations=pb.Invitations(has_more=True)),
                    "read_log": pb.Answer(log=pb.Log(first=1, last=5)),
                }
            )
        )
        async with client_of(lock) as client:
            for pages in (client.keys(), client.invitations(), client.log()):
                with pytest.raises(UnexpectedAnswer):
                    async for _ in pages:
                        pass

    run(test)


def test_invitations_of_which_one_goes_between_two_pages() -> None:
    async def test() -> None:
        there = [5, 3, 9, 7]

        async def handler(link: Link, request: pb.Request) -> pb.Answer | None:
            if request.WhichOneof("ask") != "list_invitations":
                return await welcome(link, request)
            after = request.list_invitations.after
            if after and after not in there:
                return pb.Answer(refused=pb.Refused(fault=pb.FAULT_NO_SUCH_INVITATION))
            ids = there[there.index(after) + 1 if after else 0 :]
            page = [pb.Invitation(id=id) for id in ids[:2]]
            return pb.Answer(invitations=pb.Invitations(invitations=page, has_more=len(ids) > 2))

        lock = FakeLock(handler)
        async with client_of(lock) as client:
            seen = []
            async for invitation in client.invitations():
                seen.append(invitation.id)
                if invitation.id == 3:
                    there.remove(3)
            assert seen == [5, 3, 9, 7]

    run(test)


def test_an_empty_log() -> None:
    async def test() -> None:
        lock = FakeLock(answering({"read_log": pb.Answer(log=pb.Log())}))
        async with client_of(lock) as client:
            assert [entry async for entry in client.log()] == []

    run(test)


# ---- Pairing ---------------------------------------------------------------------------------------------------------


def invitation_of(keys: KeyPair) -> Code:
    return Code(CodeKind.INVITATION, b"invited!", bytes(range(16)), fingerprint(keys.public))


def test_pairing() -> None:
    async def test() -> None:
        keys = KeyPair.generate()
        lock = FakeLock(keys=keys, code=invitation_of(keys))
        remembered: list[Credentials] = []

        def remember(credentials: Credentials) -> None:
            assert len(lock.requests) == (2 if remembered else 0)
            remembered.append(credentials)

        assert lock.code is not None
        credentials, answer = await pair(await lock.connect(), lock.code, "A phone", remember=remember)
        assert remembered == [Credentials(credentials.private_key, keys.public), credentials]
        assert credentials.tag_key == lock.tag_key
        assert answer.key.id == 1
        request, greeting = lock.requests
        assert greeting.WhichOneof("ask") == "hello" and len(lock.links) == 1
        assert request.pair.name == "A phone"
        assert credentials.private_key.hex() not in repr(credentials)
        async with LockClient(lock.connect, credentials) as client:
            await client.status()

    run(test)


def test_pairing_that_is_refused_or_breaks_off() -> None:
    async def test() -> None:
        keys = KeyPair.generate()
        refused = pb.Answer(refused=pb.Refused(fault=pb.FAULT_EXPIRED))
        lock = FakeLock(answering({"pair": refused}), keys=keys, code=invitation_of(keys))
        assert lock.code is not None
        with pytest.raises(RequestRefused, match="FAULT_EXPIRED"):
            await pair(await lock.connect(), lock.code, "A phone")

        async def hangs_up(link: Link, request: pb.Request) -> pb.Answer | None:
            link.pipe.close()
            return None

        lock.handler = hangs_up
        with pytest.raises(OutcomeUnknown):
            await pair(await lock.connect(), lock.code, "A phone")

        async def refuses(link: Link, request: pb.Request) -> pb.Answer | None:
            await link.pipe.write(bytes.fromhex("000400040000"))
            return None

        lock.handler = refuses
        with pytest.raises(OutcomeUnknown, match="NOT_ACCEPTED"):
            await pair(await lock.connect(), lock.code, "A phone")

    run(test)


def test_every_request_has_a_method() -> None:
    """Or is one that the client sends by itself."""
    names = {field.name for field in pb.Request.DESCRIPTOR.oneofs_by_name["ask"].fields}
    other = {"get_status": "status", "list_keys": "keys", "list_invitations": "invitations", "get_settings": "settings"}
    other |= {"read_log": "log"}
    for name in names - {"pair"}:
        assert hasattr(LockClient, other.get(name, name)), name
    assert client_module._HARMLESS_TWICE <= names
