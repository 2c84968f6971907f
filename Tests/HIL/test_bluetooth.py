"""The Bluetooth adapter, Sources/BlueZ, on the board: behind the lock's own fences, against the real bluetoothd and kernel, with
bumble as chip and phones."""

import asyncio
import time

import pytest
from hil.probe_ble import BUILT, LOG, PROGRAM, READY, UNIT, Probe

pytest.importorskip("bumble", reason="bumble is not installed: Tests/Stages/70-board installs it")

from hil.phone import switched_on  # noqa: E402

SECOND = 1_000_000_000
# How soon after a loss a phone must get in again.
BACK_SECONDS = 5


@pytest.fixture(scope="module")
def air(board):
    """The board with its chip switched on, without the lock, whose place the probe takes."""
    assert BUILT.exists(), f"{BUILT} is not built: scripts/cross-build bluez-probe"
    board.install(BUILT, PROGRAM)
    board.run("systemctl stop mortised.service")
    with switched_on(board) as air:
        yield air
        board.run(f"systemctl stop {UNIT} 2>/dev/null; true")
    board.run("systemctl start mortised.service")


def settings(**values):
    name = ", ".join(f"{name} {value}" for name, value in values.items())
    return pytest.mark.parametrize("probe", [pytest.param(values, id=name)], indirect=True)


@pytest.fixture
def probe(board, air, request):
    """A new one; with other settings than the usual where `settings` says so."""
    probe = Probe(board)
    request.node.witnesses = {
        "the probe": lambda: board.read(f"tail -n 40 {LOG}"),
        "bluetoothd": lambda: board.journal(unit="bluetooth.service"),
        "the chip": lambda: "\n".join(map(str, list(air.chip.log)[-20:])) if air.chip else "off",
        "the kernel": lambda: board.read("dmesg | tail -n 15"),
    }
    probe.start(**getattr(request, "param", {}))
    yield probe
    # It is stopped before the next one starts, and at the end.
    air.run(air.clear())


def test_the_advertisement_says_what_it_may_and_no_more(air, probe, figure):
    async def look():
        phone = await air.phone()
        return await phone.scan(until=3)

    seen = air.run(look())[0]
    # Flags, the 128-bit service, manufacturer data of nobody's: 31 bytes, in this order or another.
    assert len(seen.raw) == 31, seen.raw.hex()
    assert seen.flags == 0x06, "general discoverable, no BR/EDR"
    assert seen.manufacturer == (0xFFFF, bytes([1, 0, 0, 0, 0, 0])), seen.manufacturer
    assert seen.address.is_resolvable, f"{seen.address} is no resolvable private address"
    assert air.chip.last("parameters")["address_type"] == 1, "random, not the chip's own"
    figure("advertisement", f"{seen.raw.hex()}, {len(seen.raw)} bytes, address {seen.address} (resolvable)")


@settings(fast=4)
def test_the_advertisement_is_fast_for_a_while_and_then_slow(air, probe, figure):
    first = air.chip.last("parameters")
    assert (round(first["minimum"], 3), round(first["maximum"], 2)) == (0.1, 0.15), first

    def wait_until(minimum, seconds):
        end = time.monotonic() + seconds
        while round(air.chip.last("parameters")["minimum"], 2) != minimum or not air.chip.last("enable")["enabled"]:
            assert time.monotonic() < end, list(air.chip.log)[-10:]
            time.sleep(0.1)

    wait_until(1.0, 20)
    slow = air.chip.last("parameters")
    assert round(slow["maximum"], 2) == 1.25, slow
    probe.press()
    wait_until(0.1, 20)
    figure("advertising intervals", "100…150 ms for 4 s (30 s is usual), then 1000…1250 ms; a press makes it fast again")


def test_the_payload_changes_in_the_air(air, probe):
    async def look():
        phone, other = await air.phone(), await air.phone()
        session = await phone.open()
        await session.ask(b"advertise")
        found = []
        for _ in range(10):
            found = await other.scan(until=1)
            if found and found[-1].manufacturer[1] == bytes([2, 1, 1, 1, 1, 1]):
                return True
        return found and found[-1].manufacturer

    assert air.run(look(), 60) is True


def test_the_service_is_where_phones_remember_it(air, probe, board):
    async def look():
        session = await (await air.phone()).open()
        return [c.handle for c in (session.service, session.command, session.info, *session.answers)], session

    (service, command, info, *answers), session = air.run(look(), 60)
    assert (service, command, info) == (0x0A00, 0x0A02, 0x0A04), (service, command, info)
    assert answers == [0x0A06 + 3 * index for index in range(8)], answers
    assert session.version == 1 and 0x80 <= session.psm <= 0xFF and session.index == 0


def test_what_is_written_without_a_subscription_goes_nowhere(air, probe):
    async def attempt():
        session = await (await air.phone()).open(subscribes=False)
        # bluetoothd says yes to it: it does not wait for an answer where writing without a response is possible too.
        await session.write(b"into the void", with_response=True)
        await session.subscribe()
        assert await session.ask(b"heard", with_response=True) == b"heard"
        return bytes(session.heard)

    assert air.run(attempt(), 60) == b""


def test_two_phones_interleaved_never_hear_each_other(air, probe, figure, repetitions):
    # (The lock itself answers 1,000 every time: test_phones_at_home.py.)
    messages = repetitions(100, 500)

    async def speak(phone, letter, times):
        session = await phone.open()
        await session.ask(b"authenticate")
        for number in range(messages):
            # Of any length up to a packet's, so that a byte too many or too few shows at once.
            message = f"{letter}{number:04d}".encode().ljust(5 + (number * 7) % 200, letter.encode())
            began = time.monotonic()
            assert await session.ask(message) == message
            times.append(time.monotonic() - began)
        assert not session.heard, bytes(session.heard)
        return session

    async def both():
        times = []
        phones = [await air.phone(), await air.phone()]
        await asyncio.gather(*(speak(phone, letter, times) for phone, letter in zip(phones, "AB")))
        return times

    times = sorted(air.run(both(), 300))
    count = len(times)
    assert count == 2 * messages
    figure(
        f"two phones, {count} echoes",
        f"p50 {times[count // 2] * 1000:.0f} ms, p99 {times[count * 99 // 100] * 1000:.0f} ms",
    )


def test_whoever_leaves_takes_nobody_along(air, probe):
    """What bluetoothd does with phones on one characteristic (https://github.com/bluez/bluez/issues/1452)."""

    async def come_and_go():
        phones = [await air.phone() for _ in range(3)]
        sessions = [await phone.open() for phone in phones]
        for session in sessions:
            await session.ask(b"authenticate")
        assert len({session.index for session in sessions}) == 3
        # The last first, as the first is the one that would be hit.
        for gone in (2, 1):
            await phones[gone].leave()
            await asyncio.sleep(1)
            for session in sessions[:gone]:
                assert await session.ask(b"still here") == b"still here"
        return [session.index for session in sessions]

    assert air.run(come_and_go(), 90) == [0, 1, 2]


def test_a_stranger_on_anothers_characteristic_hears_nothing(air, probe):
    async def listen():
        session, stranger = await (await air.phone()).open(), await (await air.phone()).open()
        await session.ask(b"authenticate")
        others = stranger.answers[session.index]
        heard = []
        await others.discover_descriptors()
        await others.subscribe(heard.append)
        for number in range(20):
            message = f"secret {number}".encode()
            assert await session.ask(message) == message
        return heard, bytes(stranger.heard)

    assert air.run(listen(), 90) == ([], b"")


def test_a_channel_echoes_100_kilobytes(air, probe, figure):
    size = 100_000

    async def speak():
        phone = await air.phone()
        session = await phone.open()
        await session.ask(b"authenticate")
        stream = await phone.channel(session.psm)
        data = bytes((i * 7 + i // 251) & 0xFF for i in range(size))
        began = time.monotonic()
        writing = asyncio.ensure_future(stream.write(data))
        heard = await stream.read(size, 200)
        await writing
        took = time.monotonic() - began
        assert heard == data
        # The other way goes on beside it.
        assert await session.ask(b"still here") == b"still here"
        await stream.close()
        return took

    took = air.run(speak(), 250)
    figure("L2CAP, 100 kB there and back", f"{took:.1f} s, {size / took / 1000:.0f} kB/s")


def seconds_back(board, lost, ready):
    """How long it took, by the board's clock, less what the emulator was kept waiting by its host (a board stands still then, and
    its clock does not)."""
    waited = board.waits.between(lost, ready)
    took = (ready - lost - waited) / SECOND
    assert took < BACK_SECONDS, f"{took:.1f} s, and {waited / SECOND:.1f} s of the emulator's waiting"
    return (ready - lost) / SECOND


def get_in(air):
    """Connects, echoes and leaves; tries again until it works."""

    async def attempt():
        phone = await air.phone()
        try:
            session = await asyncio.wait_for(phone.open(), 20)
            assert await session.ask(b"hello") == b"hello"
            # Whatever had to be made anew, the chip's own address is not what is in the air.
            assert phone.seen.address.is_resolvable, phone.seen.address
        finally:
            await phone.away()

    for _ in range(5):
        try:
            return air.run(attempt(), 60)
        except Exception as error:
            last = error
    raise AssertionError(f"no phone gets in: {last!r}")


def test_bluetoothd_is_killed_and_comes_back(air, probe, board, figure, repetitions):
    took = []
    for _ in range(repetitions(3, 20)):
        process = board.process("bluetooth.service")
        _, killed = board.kill(process, 9)
        ready = probe.wait_for(READY, since=killed)
        took.append(seconds_back(board, killed, ready))
        get_in(air)
    figure("bluetoothd killed, advertised again", ", ".join(f"{t:.1f}" for t in took[:5]) + f" s (longest {max(took):.1f})")


def test_the_chip_resets_itself_and_comes_back(air, probe, board, figure, repetitions):
    took = []
    for _ in range(repetitions(3, 20)):
        air.run(air.switch_chip_off())
        time.sleep(1)
        began = board.now()
        air.run(air.switch_chip_on())
        ready = probe.wait_for(READY, since=began)
        took.append(seconds_back(board, began, ready))
        get_in(air)
    figure("chip reset, advertised again", ", ".join(f"{t:.1f}" for t in took[:5]) + f" s (longest {max(took):.1f})")


def test_the_adapter_goes_and_comes_back(air, probe, board, figure):
    took = []
    for _ in range(2):
        began = board.now()
        board.run("systemctl stop virtual-bluetooth@ttyS0.service")
        probe.wait_for("there is no Bluetooth adapter", since=began)
        began = board.now()
        board.run("systemctl start virtual-bluetooth@ttyS0.service")
        ready = probe.wait_for(READY, since=began)
        took.append(seconds_back(board, began, ready))
        get_in(air)
    figure("adapter back, advertised again", ", ".join(f"{t:.1f} s" for t in took))


@settings(fast=2)
def test_a_dead_chip_is_noticed_and_reset_when_it_answers_again(air, probe, board, figure):
    """One that comes back without a word. Nothing shows before the next command to it: here the end of the fast advertisement, on
    a lock the rotation of its tag."""
    air.run(air.switch_chip_off())
    began = board.now()
    probe.wait_for("condition could not register the advertisement", since=began, seconds=90)
    # With the chip dead it is not taken for well.
    probe.wait_for("condition could not set the adapter up", since=began, seconds=90)
    air.run(air.switch_chip_on(announces=False))
    came = board.now()
    ready = probe.wait_for(READY, since=came, seconds=120)
    get_in(air)
    figure("chip back without a word, advertised again", f"{(ready - came) / SECOND:.1f} s")


def test_a_blocked_radio_is_named_and_its_release_noticed(air, probe, board, figure):
    block = "import struct; open('/dev/rfkill', 'wb', buffering=0).write(struct.pack('<IBBBB', 0, 2, 3, {}, 0))"
    began = board.now()
    board.run(["python3", "-c", block.format(1)])
    probe.wait_for("the radio is blocked", since=began)
    began = board.now()
    board.run(["python3", "-c", block.format(0)])
    ready = probe.wait_for(READY, since=began)
    seconds_back(board, began, ready)
    get_in(air)
    figure("rfkill unblocked, advertised again", f"{(ready - began) / SECOND:.1f} s")


def test_whoever_does_not_authenticate_is_disconnected(air, probe, figure):
    async def wait():
        known, stranger, silent = [await air.phone() for _ in range(3)]
        session = await known.open()
        await session.ask(b"authenticate")
        other = await stranger.open()
        assert await other.ask(b"hello") == b"hello"
        # Connected, and not even interested in the service.
        await silent.connect()
        began = time.monotonic()
        await silent.disconnected(25)
        await stranger.disconnected(25)
        took = time.monotonic() - began
        assert await session.ask(b"still here") == b"still here"
        return took

    took = air.run(wait(), 90)
    assert 7 < took < 14, took
    figure("strangers disconnected after", f"{took:.1f} s")


@settings(slots=2)
def test_there_are_so_many_slots(air, probe, board):
    async def fill():
        first, second, third = [await air.phone() for _ in range(3)]
        sessions = []
        for phone in (first, second):
            sessions.append(await phone.open())
            # At once: with so few slots whoever has not done so makes room.
            await sessions[-1].ask(b"authenticate")
        try:
            await third.connect(10)
            await third.disconnected(10)
        except AssertionError as error:
            # Not even advertised is as good, and so is a link that ends before it is established, over and over.
            assert "sees no lock" in str(error) or "is not let in" in str(error), error
        for session in sessions:
            assert await session.ask(b"still here") == b"still here"
        await first.leave()
        await third.away()
        fourth = await air.phone()
        return await (await fourth.open()).ask(b"room again")

    assert air.run(fill(), 120) == b"room again"


def test_the_lock_ends_a_connection(air, probe):
    async def close():
        phone = await air.phone()
        session = await phone.open()
        await session.write(b"close")
        return await phone.disconnected(10)

    # By itself bluetoothd takes two seconds, for which strangers would hold a connection each.
    assert air.run(close(), 60) < 2


def test_silent_strangers_in_every_slot_make_room_for_the_next(air, probe, figure):
    probe.start(slots=4)

    async def fill():
        known = await air.phone()
        session = await known.open()
        await session.ask(b"authenticate")
        silent = [await air.phone() for _ in range(3)]
        for phone in silent:
            await phone.connect()
        began = time.monotonic()
        assert await (await (await air.phone()).open()).ask(b"room") == b"room"
        took = time.monotonic() - began
        # The one that came first has had to go, and nobody who has authenticated.
        await silent[0].disconnected(10)
        assert await session.ask(b"still here") == b"still here"
        return took

    took = air.run(fill(), 120)
    # Two seconds of silence are nobody's fault; the rest is finding the lock and its service.
    assert took < 8, took
    figure("let in with strangers in every slot", f"{took:.1f} s")


def test_the_adapter_works_behind_the_locks_fences_and_they_hold(probe):
    started = next(what for _, what in probe.lines() if what.startswith("started"))
    # EAFNOSUPPORT.
    assert "IP socket refused (errno 97)" in started
    assert "PSM 0," not in started


@settings(fast=1)
def test_at_rest_it_wakes_for_nothing(air, probe, board):
    board.wait(f"! systemctl show {UNIT} -p MainPID --value | grep -qx 0")
    process = board.process(UNIT)
    count = f"awk '/ctxt/ {{ n += $2 }} END {{ print n }}' /proc/{process}/status"
    end = time.monotonic() + 30
    while round(air.chip.last("parameters")["minimum"], 2) != 1.0:
        assert time.monotonic() < end
        time.sleep(0.2)
    # bluetoothd forgets those who were there before 30 s after they have left, and says so.
    board.wait("! busctl tree --list org.bluez | grep -q /dev_", 60)
    before = None
    while before != (now := board.read(count)):
        assert time.monotonic() < end + 60
        before = now
        time.sleep(1)
    time.sleep(10)
    assert board.read(count) == before
