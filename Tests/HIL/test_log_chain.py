"""The chain over the audit log: a phone witnesses it over Bluetooth with a hash function of its own, and the lock verifies and erases."""

import contextlib
import hashlib

import pytest

pytest.importorskip("bumble", reason="bumble is not installed: Tests/Stages/70-board installs it")

from hil.channel import fault, outcome, pb, state  # noqa: E402
from hil.intervals import FULL_EXTEND, FULL_RETRACT, assert_drives  # noqa: E402
from hil.lock import STATE  # noqa: E402

STORE = f"{STATE}/lock.db"
# The boot that log-filler's entries are of: it is in each of them.
CANARY = "00112233-4455-6677-8899-aabbccddeeff"
# A fortnight of a busy door's.
ENTRIES = 1000


class Contradiction(Exception):
    """The log is not the one that the phone has seen."""


async def look(client, kept=None):
    """What an owner's phone does (Protocol.md, "The log's chain"); returns the new checkpoint as (number, hash)."""
    here, since = None, kept[0] if kept else 0
    while True:
        answer = await client.ask(read_chain=pb.ReadChain(since=since))
        assert outcome(answer) == "chain", answer
        chain = answer.chain
        before = (chain.before.number, bytes(chain.before.hash))
        if here is None and kept and (before[0] < kept[0] or (before[0] == kept[0] and before != kept)):
            raise Contradiction(before, kept)
        assert here is None or before == here, (before, here)
        number, digest = before
        for start in range(0, len(chain.payload_hashes), 32):
            number += 1
            link = digest + number.to_bytes(8, "big") + chain.payload_hashes[start : start + 32]
            digest = hashlib.sha256(b"mortise audit entry" + link).digest()
        here = (number, digest)
        assert here == (chain.end.number, bytes(chain.end.hash)), chain
        if number >= chain.last:
            return here
        assert chain.payload_hashes, chain
        since = number


def looks(home, phone, kept=None, brings=True):
    async def come():
        async with home.session(phone) as client:
            seen = await look(client, kept)
            if brings:
                checkpoint = pb.Checkpoint(number=seen[0], hash=seen[1])
                answer = await client.ask(bring_checkpoint=pb.BringCheckpoint(checkpoint=checkpoint))
                assert outcome(answer) == "done", answer
            return seen

    return home.air.run(come(), 120)


def moves(home, phone):
    async def lock_and_unlock():
        async with home.session(phone) as client:
            assert state(await client.lock()) == pb.STATE_LOCKED
            assert state(await client.unlock()) == pb.STATE_UNLOCKED

    home.air.run(lock_and_unlock(), 120)


def text(checkpoint):
    return f"{checkpoint[0]}:{checkpoint[1].hex()}"


@contextlib.contextmanager
def stopped(home, lock):
    lock.stop()
    yield
    lock.start()
    home.wait_until_found()


def test_a_phone_keeps_a_checkpoint_and_sees_the_log_continue_it_over_restarts(home, owner, lock, trace, figure):
    seen = looks(home, owner)
    verdict = lock.ask("log", "verify")
    assert verdict.code == 0 and verdict.json["verdict"] == "intact", verdict
    assert verdict.json["number"] == seen[0] and verdict.json["keys"] == [1], verdict.json
    moves(home, owner)
    later = looks(home, owner, seen)
    assert later[0] >= seen[0] + 2, (seen, later)
    with stopped(home, lock):
        pass
    # Who vouched is forgotten; what a person has written down still counts.
    assert lock.ask("log", "verify").json["number"] is None
    verdict = lock.ask("log", "verify", "--witness", text(later))
    assert verdict.json["verdict"] == "intact" and verdict.json["number"] == later[0], verdict.json
    assert looks(home, owner, later)[0] > later[0]
    lock.lengthen_log(ENTRIES)
    home.wait_until_found()
    assert looks(home, owner, later)[0] > ENTRIES
    verdict = lock.ask("log", "verify")
    assert verdict.json["verdict"] == "intact" and verdict.json["last"] > ENTRIES, verdict.json
    figure(f"verifying a log of {verdict.json['last']} entries", f"{verdict.milliseconds:.0f} ms")
    assert_drives(trace, FULL_EXTEND, FULL_RETRACT)


def test_an_older_copy_of_the_store_is_sound_by_itself_and_not_to_a_phone(home, owner, lock, board, trace):
    looks(home, owner)
    with stopped(home, lock):
        board.run(f"rm -rf /run/older && mkdir /run/older && cp -p {STORE}* /run/older/")
    moves(home, owner)
    seen = looks(home, owner)
    with stopped(home, lock):
        board.run(f"rm -f {STORE} {STORE}-wal {STORE}-shm && cp -p /run/older/* {STATE}/ && rm -r /run/older")
    verdict = lock.ask("log", "verify")
    assert verdict.code == 0 and verdict.json["verdict"] == "intact", verdict
    with pytest.raises(Contradiction):
        looks(home, owner, seen, brings=False)
    verdict = lock.ask("log", "verify", "--witness", text(seen))
    assert verdict.code == 1 and verdict.json["verdict"] == "contradictsWitness", verdict
    assert verdict.json["number"] == seen[0], verdict.json
    assert_drives(trace, FULL_EXTEND, FULL_RETRACT)


def test_an_entry_that_somebody_has_changed_or_taken_out_is_named(home, owner, lock, board):
    seen = looks(home, owner)
    assert seen[0] >= 3, seen
    for change, verdict in (
        ("UPDATE audit SET action = 'calibrate' WHERE seq = 2", "altered"),
        ("DELETE FROM audit WHERE seq = 2", "gap"),
    ):
        with stopped(home, lock):
            board.run(["sqlite3", STORE, change])
        answer = lock.ask("log", "verify")
        number = 2 if verdict == "altered" else 1
        assert answer.code == 1 and (answer.json["verdict"], answer.json["number"]) == (verdict, number), answer.json


def test_what_the_log_said_is_erased_from_the_files_and_the_chain_holds(home, owner, lock, board, trace, figure):
    lock.lengthen_log(ENTRIES)
    home.wait_until_found()
    seen = looks(home, owner)
    assert board.run(f"grep -q {CANARY} {STORE}*", check=False).code == 0, "the search finds nothing where there is something"
    answer = lock.ask("log", "erase", "--key", "1")
    assert answer.code == 0 and answer.json["erased"] > 0, answer.json
    assert not [entry for entry in lock.log() if entry["origin"] == "key:1"]
    answer = lock.ask("log", "erase", "--all")
    # Some may be gone: log-filler's are of last winter, and the log keeps a season.
    assert answer.code == 0 and answer.json["erased"] > ENTRIES // 4, answer.json
    figure(f"erasing {answer.json['erased']} entries of the log", f"{answer.milliseconds:.0f} ms")
    assert board.run(f"grep -q {CANARY} {STORE}*", check=False).code == 1, "it is still there"
    assert looks(home, owner, seen)[0] >= seen[0] + 2
    entries = lock.log()
    erased = [entry for entry in entries if entry["action"] == "erased"]
    assert [entry for entry in entries if entry["sequence"] <= seen[0] + 1] == erased, entries[-5:]
    assert "logErased" in [entry["action"] for entry in entries[len(erased) :]], entries[-5:]
    verdict = lock.ask("log", "verify").json
    assert verdict["verdict"] == "intact" and verdict["erased"] == len(erased), verdict
    moves(home, owner)
    assert_drives(trace, FULL_EXTEND, FULL_RETRACT)


def test_a_guest_neither_sees_the_chain_nor_vouches_for_it(home, owner, still):
    guest = home.guest(owner)

    async def ask():
        async with home.session(guest) as client:
            assert fault(await client.ask(read_chain=pb.ReadChain())) == pb.FAULT_NOT_ALLOWED
            checkpoint = pb.Checkpoint(number=1, hash=bytes(32))
            answer = await client.ask(bring_checkpoint=pb.BringCheckpoint(checkpoint=checkpoint))
            assert fault(answer) == pb.FAULT_NOT_ALLOWED

    home.air.run(ask(), 60)
