"""Who is refused, with the bolt still: frames, keys and rights. One lock and its owner for all of these tests."""

import os
import time

import pytest

pytest.importorskip("bumble", reason="bumble is not installed: Tests/Stages/70-board installs it")

from hil.channel import Identity, fault, frame, outcome, pb, state  # noqa: E402
from hil.intervals import assert_drives  # noqa: E402
from hil.one_home import home, lock, owner  # noqa: E402, F401


# ---- Frames


async def is_over(client, seconds=20):
    """The channel ends, with nothing said."""
    await client.ended(seconds)
    return client.goodbye is None


@pytest.mark.parametrize("kind", ["replayed", "tampered", "reordered", "reflected", "truncated", "oversized", "empty"])
def test_a_frame_that_is_not_the_next_ends_the_channel(home, owner, still, lock, kind):
    logged = lock.last_logged()

    async def attack():
        async with home.session(owner) as client:
            await client.greet()
            unlock = pb.Request(id=7, unlock=pb.Unlock()).SerializeToString()
            match kind:
                case "replayed":
                    bad = client.sent[-1]
                case "tampered":
                    sealed = bytearray(frame(bytes(client.noise.encrypt(unlock))))
                    sealed[-20] ^= 1
                    bad = bytes(sealed)
                case "reordered":
                    client.noise.encrypt(b"")
                    bad = frame(bytes(client.noise.encrypt(unlock)))
                case "reflected":
                    bad = frame(client.heard[-1])
                case "truncated":
                    bad = frame(bytes(client.noise.encrypt(unlock))[:-1])
                case "oversized":
                    bad = (1041).to_bytes(2, "big") + bytes(1041)
                case "empty":
                    bad = bytes(2)
            await client.stream.write(bad)
            assert await is_over(client)

    home.air.run(attack(), 90)
    assert lock.last_logged() == logged


def test_a_replayed_first_message_does_nothing(home, owner, still, lock):
    async def listen():
        async with home.session(owner) as client:
            await client.greet()
            return client.sent[0]

    first = home.air.run(listen(), 60)
    logged = lock.last_logged()

    async def replay():
        async with home.link() as stream:
            await stream.write(first)
            answer = await stream.read(2, 20)
            answer = await stream.read(int.from_bytes(answer, "big"), 20)
            # The lock cannot know yet, and answers; who replays cannot go on.
            assert answer[0] == 1
            sessions = home.lock.board.read("mortise doctor --json")
            assert "1 links, 0 of them with a key" in sessions, sessions
            await stream.write(frame(os.urandom(40)))
            phone = stream.session.phone
            await phone.disconnected(20)

    home.air.run(replay(), 90)
    assert lock.last_logged() == logged


# ---- Keys and rights


def refusals(home, identity, *asks):
    """What a phone is answered, one after the other: names of faults, or of other outcomes."""

    async def attempt():
        async with home.session(identity) as client:
            await client.greet()
            answers = [await client.ask(**ask) for ask in asks]
            return [pb.Fault.Name(fault(answer)).removeprefix("FAULT_") if fault(answer) else outcome(answer) for answer in answers]

    return home.air.run(attempt(), 120)


def as_owner(home, owner, use):
    """Does something over a session of the owner's."""

    async def attempt():
        async with home.session(owner) as client:
            await client.greet()
            return await use(client)

    return home.air.run(attempt(), 120)


UNLOCK, LOCK, STATUS = {"unlock": pb.Unlock()}, {"lock": pb.Lock()}, {"get_status": pb.GetStatus()}


def test_a_key_whose_time_is_over_or_not_now_moves_nothing(home, owner, still, lock):
    now = int(time.time())
    # By the board's own zone, which is UTC: all day, three days from now.
    some_other_day = pb.Window(weekdays=1 << (time.gmtime(now).tm_wday + 3) % 7, start_minute=0, end_minute=0)

    async def give(client):
        await home.set_clock(client)
        return [
            await home.give(client, name, schedule=pb.Schedule(**schedule))
            for name, schedule in (
                ("Yesterday", {"not_after": now - 60}),
                ("Tomorrow", {"not_before": now + 86400}),
                ("Another day", {"windows": [some_other_day]}),
                ("Now", {"not_before": now - 60, "not_after": now + 86400}),
            )
        ]

    logged = lock.last_logged()
    over, early, elsewhen, current = as_owner(home, owner, give)
    assert refusals(home, over, UNLOCK, LOCK, STATUS) == ["EXPIRED"] * 3
    assert refusals(home, early, UNLOCK, LOCK, STATUS) == ["OUT_OF_SCHEDULE"] * 3
    assert refusals(home, elsewhen, UNLOCK, LOCK, STATUS) == ["OUT_OF_SCHEDULE"] * 3
    # It is not for having a schedule that they are refused. (The bolt is drawn already.)
    assert refusals(home, current, UNLOCK, STATUS) == ["moved", "status"]
    lock.expect_logged(logged, "unlock refused expired", "lock refused expired", "unlock refused outOfSchedule")


def test_a_key_whose_time_ends_in_mid_session_moves_nothing_any_more(home, owner, still):
    async def use(client):
        await home.set_clock(client)
        guest = await home.give(client, "Leaving", schedule=pb.Schedule(not_after=int(time.time()) + 86400))
        async with home.session(guest) as theirs:
            await theirs.greet()
            assert state(await theirs.unlock()) == pb.STATE_UNLOCKED
            terms = pb.Terms(role=pb.ROLE_GUEST, name="Leaving", schedule=pb.Schedule(not_after=int(time.time()) - 1))
            assert outcome(await client.ask(change_key=pb.ChangeKey(key=guest.number, terms=terms))) == "key"
            assert fault(await theirs.ask(**LOCK)) == pb.FAULT_EXPIRED

    as_owner(home, owner, use)


def test_a_used_up_key_unlocks_no_more(home, owner, trace, lock):
    async def use(client):
        guest = await home.give(client, "Once", uses=1)
        assert state(await client.lock()) == pb.STATE_LOCKED
        async with home.session(guest) as theirs:
            assert (await theirs.greet()).key.terms.uses == 1
            assert state(await theirs.unlock()) == pb.STATE_UNLOCKED
            assert (await theirs.greet()).key.terms.is_used_up
        assert state(await client.lock()) == pb.STATE_LOCKED
        return guest

    guest = as_owner(home, owner, use)
    trace.again()
    logged = lock.last_logged()
    # It may lock behind itself, which is nothing here.
    assert refusals(home, guest, UNLOCK, STATUS, LOCK) == ["USED_UP", "USED_UP", "moved"]
    assert_drives(trace)
    assert lock.state()[0] == "locked"
    lock.expect_logged(logged, "unlock refused usedUp")


def test_while_nobody_vouches_for_the_clock_no_schedule_and_no_invitation_is_good(home, owner, still, lock):
    now = int(time.time())

    async def give(client):
        guest = await home.give(client, "Weekdays", schedule=pb.Schedule(not_before=now - 60, not_after=now + 86400))
        return guest, await home.invite(client, "Invited")

    guest, code = as_owner(home, owner, give)
    lock.stop()
    lock.start()
    home.wait_until_found()

    async def untrusted(client):
        assert not (await client.greet()).clock.is_trusted
        assert state(await client.unlock()) == pb.STATE_UNLOCKED, "an owner's key has no schedule"
        terms = pb.Terms(role=pb.ROLE_GUEST, name="Cy")
        return await client.ask(invite=pb.Invite(terms=terms, lifetime_seconds=3600))

    assert refusals(home, guest, UNLOCK, LOCK, STATUS) == ["CLOCK_UNTRUSTED"] * 3
    assert fault(as_owner(home, owner, untrusted)) == pb.FAULT_CLOCK_UNTRUSTED
    assert fault(home.air.run(home.pair(Identity("Invited"), code), 60)) == pb.FAULT_CLOCK_UNTRUSTED
    as_owner(home, owner, home.set_clock)
    assert refusals(home, guest, UNLOCK) == ["moved"]
    assert outcome(home.air.run(home.pair(Identity("Invited"), code), 60)) == "key"


def test_an_administrator_makes_no_owner_and_takes_none_away(home, owner, still):
    async def give(client):
        await home.set_clock(client)
        return (
            await home.give(client, "Admin", pb.ROLE_ADMIN),
            await home.give(client, "Bo"),
            await home.invite(client, "Heir", pb.ROLE_OWNER),
        )

    admin, guest, code = as_owner(home, owner, give)
    heir = Identity("Heir by an admin")
    as_one = pb.Terms(role=pb.ROLE_OWNER, name="Usurper")
    invitation = int.from_bytes(code.id, "big")
    assert refusals(
        home,
        admin,
        {"add_key": pb.AddKey(public_key=heir.public, terms=as_one)},
        {"invite": pb.Invite(terms=as_one, lifetime_seconds=3600)},
        {"change_key": pb.ChangeKey(key=admin.number, terms=as_one)},
        {"change_key": pb.ChangeKey(key=guest.number, terms=as_one)},
        {"change_key": pb.ChangeKey(key=owner.number, terms=pb.Terms(role=pb.ROLE_GUEST, name="Ada"))},
        {"revoke_key": pb.RevokeKey(key=owner.number)},
        {"withdraw_invitation": pb.WithdrawInvitation(id=invitation)},
        {"factory_reset": pb.FactoryReset()},
    ) == ["NOT_ALLOWED"] * 8

    async def look(client):
        keys = (await client.ask(list_keys=pb.ListKeys())).keys.keys
        return sorted(key.id for key in keys if key.terms.role == pb.ROLE_OWNER)

    assert as_owner(home, owner, look) == [owner.number]
    assert refusals(home, owner, {"withdraw_invitation": pb.WithdrawInvitation(id=invitation)}) == ["done"]


def test_the_last_owner_stays(home, owner, still):
    lower = [pb.Terms(role=role, name="Ada") for role in (pb.ROLE_ADMIN, pb.ROLE_GUEST)]
    asks = [{"change_key": pb.ChangeKey(key=owner.number, terms=terms)} for terms in lower]
    assert refusals(home, owner, {"revoke_key": pb.RevokeKey(key=owner.number)}, *asks) == ["LAST_OWNER"] * 3

    async def look(client):
        return (await client.greet()).key.terms.role

    assert as_owner(home, owner, look) == pb.ROLE_OWNER


def test_a_guest_sets_no_clock(home, owner, still):
    async def give(client):
        await home.set_clock(client)
        return await home.give(client, "Bo")

    guest = as_owner(home, owner, give)
    tomorrow = {"set_clock": pb.SetClock(unix_seconds=int(time.time()) + 86400)}
    assert refusals(home, guest, tomorrow) == ["NOT_ALLOWED"]

    async def look(client):
        return (await client.greet()).clock

    clock = as_owner(home, owner, look)
    assert clock.is_trusted and abs(clock.unix_seconds - time.time()) < 60, clock
