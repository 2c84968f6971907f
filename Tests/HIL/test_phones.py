"""Phones and a lock that has never run: the lock's own daemon under its unit, the real bluetoothd and kernel, bumble as chip and phones."""

import asyncio
import itertools
import os
import re
import secrets
import time

import pytest

pytest.importorskip("bumble", reason="bumble is not installed: Tests/Stages/70-board installs it")

from hil.channel import Client, Pieces, frame, pb, state  # noqa: E402
from hil.intervals import FULL_EXTEND, FULL_RETRACT, assert_drives  # noqa: E402
from test_figures import ROUND_SECONDS  # noqa: E402

SECOND = 1_000_000_000


def test_a_phone_pairs_with_the_button_and_moves_the_bolt(home, trace, plant, lock):
    owner = home.owner()

    async def use():
        async with home.session(owner) as client:
            welcome = await client.greet()
            assert (welcome.key.id, welcome.key.terms.role, welcome.key.terms.name) == (1, pb.ROLE_OWNER, "Ada"), welcome
            locked = await client.lock()
            assert state(locked) == pb.STATE_LOCKED, locked
            assert plant.position() > 19
            status = await client.ask(get_status=pb.GetStatus())
            assert (status.status.state, status.status.position) == (pb.STATE_LOCKED, pb.POSITION_EXTENDED), status
            unlocked = await client.unlock()
            assert state(unlocked) == pb.STATE_UNLOCKED, unlocked
            assert plant.position() < 1

    home.air.run(use(), 120)
    assert_drives(trace, FULL_EXTEND, FULL_RETRACT)
    moves = [entry for entry in lock.log() if entry["action"] in ("lock", "unlock") and entry["origin"] != "inside-button"]
    assert [entry["outcome"] for entry in moves] == ["done", "done"], moves
    checks = home.doctor()
    assert checks["phones"][0] == "ok" and "1 keys, 1 of owners" in checks["phones"][1], checks
    assert checks["bluetooth"][0] == "ok" and "phones can find the lock" in checks["bluetooth"][1], checks


def test_the_advertisement_is_fast_after_a_start_and_then_slow(home):
    def told():
        values = home.air.chip.last("parameters")
        return round(values["minimum"], 2), round(values["maximum"], 2)

    assert told() == (0.1, 0.15)
    end = time.monotonic() + 60
    while told() != (1.0, 1.25):
        assert time.monotonic() < end, told()
        time.sleep(0.2)
    home.press()
    end = time.monotonic() + 20
    while told() != (0.1, 0.15):
        assert time.monotonic() < end, f"nobody owns it, and a press does not make it quick to find: {told()}"
        time.sleep(0.1)


def test_whoever_ends_in_the_midst_of_a_registration_leaves_nothing_in_the_air(home, board, figure):
    """bluetoothd looks out for a program that leaves only when its registration is done. The kernel would go on sending the advertisement
    of one that has left before, in turn with the next one's."""

    def sent(seconds):
        began = time.monotonic()
        time.sleep(seconds)
        return {values["data"] for at, kind, values in list(home.air.chip.log) if kind == "data" and at > began}

    process = board.process()
    home.air.run(home.air.hold_chip())
    home.press()
    end = time.monotonic() + 10
    while not home.air.chip.held:
        assert time.monotonic() < end, "nothing was registered"
        time.sleep(0.01)
    board.run("systemctl restart --no-block mortised.service")
    # A lock that does not wait for bluetoothd is gone by now. (Linux gives up on a chip after two seconds.)
    board.run(f"for i in 1 2 3 4 5 6 7; do kill -0 {process} 2>/dev/null || break; sleep 0.1; done")
    home.air.run(home.air.release_chip())
    board.wait(f"! kill -0 {process} 2>/dev/null", 10)
    home.wait_until_found()
    assert home.doctor()["bluetooth"][0] == "ok", home.doctor()["bluetooth"]
    # Each has two seconds. It changes once more by itself, when it becomes slow.
    end = time.monotonic() + 60
    while seen := sent(7):
        assert time.monotonic() < end, f"{len(seen)} are sent in turn: {seen}"
    figure("advertisements in the air after an end in mid-registration", "1")


@pytest.mark.full
def test_address_and_tag_change_together_every_quarter_of_an_hour(home, owner, figure):
    async def look():
        phone = await home.air.phone()
        try:
            seen = (await phone.scan(until=1))[0]
            return str(seen.address), bytes(seen.manufacturer[1][1:])
        finally:
            await phone.away()

    # From the slow advertisement on, which is a registration too, nothing changes it but time.
    end = time.monotonic() + 90
    while round(home.air.chip.last("parameters")["minimum"], 2) != 1.0:
        assert time.monotonic() < end
        time.sleep(1)
    first = home.air.run(look(), 60)
    began = time.monotonic()
    while (now := home.air.run(look(), 60)) == first:
        # As old as the address was by then, and as much again.
        assert time.monotonic() - began < 1000, f"nothing has changed: {first}"
        time.sleep(5)
    assert now[0] != first[0] and now[1] != first[1], f"one changed without the other: {first}, {now}"
    figure("address and tag changed after", f"{time.monotonic() - began:.0f} s: {first[0]} to {now[0]}")


# It takes minutes. That the waits grow is shown on every run by SupervisionTests.
@pytest.mark.full
def test_a_chip_that_stays_dead_leaves_the_lock_asleep(home, board, figure):
    """Torn away, while what attaches it still runs: every attempt to set it up fails, so there are fewer and fewer of them. Between
    two of them nothing wakes the lock but its watchdog."""

    def waits():
        found = re.search(r"tried again after (\d+) s", home.doctor()["bluetooth"][1])
        return int(found[1]) if found else 0

    process = board.process()
    before, began = board.wakeups(process), board.now()
    loop = f"{process} mortised"
    home.air.run(home.air.switch_chip_off())
    # It is noticed when the advertisement becomes slow, half a minute after the start. Each attempt takes some seconds, and
    # the waits are doubled: half a second, 1, 2, 4, 8, 16, 32, 64.
    end = time.monotonic() + 400
    while waits() != 64:
        assert time.monotonic() < end, home.doctor()["bluetooth"]
        time.sleep(2)
    on_the_way, seconds = board.wakeups(process)[loop] - before[loop], (board.now() - began) / SECOND
    assert home.doctor()["bluetooth"][0] == "error"
    # What the last look at the doctor has left to do.
    time.sleep(5)
    before, began = board.wakeups(process), board.now()
    time.sleep(40)
    after, rounds = board.wakeups(process), int((board.now() - began) / SECOND / ROUND_SECONDS) + 1
    woken = after[loop] - before[loop]
    figure(
        "chip dead, wake-ups of the loop",
        f"{woken} in 40 s between two attempts (at most {rounds} watchdog rounds), {on_the_way} in the {seconds:.0f} s before",
    )
    # To ask the two threads, and for each of their answers.
    assert woken <= 3 * rounds, f"woken {woken} times"
    # An adapter that appears is news: it is not left waiting for the next attempt, a minute or two away.
    home.air.run(home.air.switch_chip_on(announces=False))
    back = time.monotonic()
    board.run("systemctl restart virtual-bluetooth@ttyS0.service")
    figure("adapter back after minutes, lock advertised again", f"{home.advertised_after(back, 30):.1f} s")
    home.wait_until_found()


@pytest.mark.parametrize(
    "insist",
    [
        pytest.param(False, id="twenty-a-second"),
        pytest.param(True, id="sixty-radios", marks=pytest.mark.full),
    ],
)
def test_a_flood_of_strangers_writes_nothing_and_keeps_no_owner_out(
    home, owner, trace, board, lock, figure, repetitions, insist
):
    """Twenty connections a second with garbage, and one handshake that stalls. Who is taken when several want to connect is the
    radio's choice and not the lock's. Strangers who give up when another was taken are as many as come; when all insist, they are
    soon sixty radios, of which each tries at every advertisement."""
    seconds = repetitions(20, 120)
    # Fewer unlockings than the lock lets one key have written down that move nothing (CommandBudget).
    pause = seconds / 25
    logged = lock.last_logged()
    daemon = board.process()
    # What the state volume has been asked to write so far.
    writes = "awk '{ print $5 }' /sys/class/block/$(basename $(readlink -f /dev/mapper/mortise-state))/stat"
    flooding = asyncio.Event()
    tried, turned_away, served = [], [], []

    async def stranger():
        phone = await home.air.phone()
        try:
            session = await phone.open(remembers=True, insists=insist)
            tried.append(time.monotonic())
            await Pieces(session).write(frame(os.urandom(1 + secrets.randbelow(150))))
            await phone.disconnected(20)
        except Exception:
            # Let in or not: it is a flood.
            pass
        finally:
            await phone.away()

    async def flood():
        end = time.monotonic() + seconds
        crowd = set()
        while time.monotonic() < end:
            began = time.monotonic()
            if len(crowd) < 60:
                task = asyncio.ensure_future(stranger())
                crowd.add(task)
                task.add_done_callback(crowd.discard)
            await asyncio.sleep(max(0, 0.05 - (time.monotonic() - began)))
        for task in crowd:
            task.cancel()
        await asyncio.gather(*crowd, return_exceptions=True)
        flooding.set()

    async def attempt():
        phone = await home.air.phone()
        try:
            session = await phone.open(remembers=True)
            client = await Client.session(Pieces(session), owner)
            try:
                answer = await client.ask(unlock=pb.Unlock())
            finally:
                client.drop()
            assert state(answer) == pb.STATE_UNLOCKED, answer
            served.append(time.monotonic() - phone.connected_at)
        finally:
            await phone.away()

    async def unlock(times):
        """As a phone does it: whoever is not let in tries again."""
        while not flooding.is_set():
            began = time.monotonic()
            while True:
                try:
                    await asyncio.wait_for(attempt(), 5)
                    break
                except Exception as error:
                    turned_away.append(repr(error))
                    # Against sixty who insist it is the air's choice: how long is judged below, after the whole flood.
                    assert insist or time.monotonic() - began < 60, turned_away
                    if flooding.is_set():
                        break
            times.append(time.monotonic() - began)
            await asyncio.sleep(pause)

    async def all_of_it():
        times = []
        async with home.link(remembers=True) as stalled:
            await stalled.write(frame(bytes([1, 1]))[:2])
            await asyncio.gather(flood(), unlock(times))
        return sorted(times)

    # What an unlocking writes when nobody else is there.
    board.run("sync")
    before = int(board.read(writes))
    for _ in range(4):
        home.air.run(attempt(), 30)
    board.run("sync")
    own = (int(board.read(writes)) - before) / 4
    served.clear()
    before = int(board.read(writes))
    times = home.air.run(all_of_it(), 2 * seconds + 120)
    written = int(board.read(writes)) - before
    assert board.process() == daemon
    assert served, "no owner got in"
    # The emulated chip takes nine connections a second at most, and fewer on a busy machine.
    assert len(tried) > 3 * seconds, f"{len(tried)} strangers were connected in {seconds} s: that is no flood"
    # Somebody is let in all the time: whoever is kept out is so by the radio's choice among many, not by a lock out of the air.
    gap = max(later - earlier for earlier, later in itertools.pairwise(sorted(tried)))
    p95, p95_served = (of[min(len(of) - 1, len(of) * 95 // 100)] for of in (times, sorted(served)))
    figure(
        f"{len(tried)} strangers in {seconds} s, {'of sixty radios' if insist else 'twenty a second'}",
        f"{len(times)} unlockings of an owner, p50 {times[len(times) // 2]:.2f} s, p95 {p95:.2f} s, longest {times[-1]:.2f} s (of "
        f"that p95 {p95_served:.2f} s connected), {len(turned_away)} attempts turned away, {written} writes to the volume, where an"
        f" unlocking has {own:.0f}; nobody let in for {gap:.2f} s at most",
    )
    assert gap <= 3, f"nobody was let in for {gap:.1f} s"
    # An owner's unlocking is an entry of the log, a few writes each, and half as much again for what is written back meanwhile. A
    # stranger's attempt is none: one write for every fourth of them would be noticed.
    assert written < 1.5 * own * len(served) + len(tried) / 4, (written, own, len(served), len(tried))
    entries = [entry for entry in lock.log(logged) if entry["action"] != "unlock"]
    assert not entries, f"strangers have written to the log: {entries}"
    assert home.doctor()["phones"][0] == "ok", home.doctor()
    assert p95_served <= 3, served
    if insist and p95 > 3:
        pytest.xfail(
            f"p95 {p95:.1f} s: an owner is one of 61 radios, and the emulated chip is in the air again a tenth of a second after a"
            " connection, so nine connections a second are all there are (decision 22)"
        )
    # The quick run has too few for a percentile: eight or ten, of which the longest would stand for it.
    if len(times) < 20:
        assert times[len(times) // 2] <= 3, times
    else:
        assert p95 <= 3, times
