"""An independent client and the lock: Tests/HIL/stranger was written by somebody who had the protocol's article and lock.proto, and
nothing else of Mortise. What it finds and says here goes over the air to the real bluetoothd and the lock's own daemon.

Of ours it is given the air alone (hil.phone.Air: bumble's radio link to the board's chip, and a bumble device for each phone). What a
phone does with that device, from looking for advertisements on, is in this file, by the article; nothing of hil.channel, which is our own
phone's side of the protocol, takes part. The label is read by the lock's command-line tool, as whoever prints it does."""

import asyncio
import dataclasses
import pathlib
import sys
import time

import pytest

pytest.importorskip("bumble", reason="bumble is not installed: Tests/Stages/70-board installs it")

from bumble import l2cap  # noqa: E402
from bumble.core import UUID  # noqa: E402
from bumble.device import Peer  # noqa: E402
from hil.intervals import FULL_EXTEND, FULL_RETRACT, assert_drives  # noqa: E402
from hil.lock import Lock  # noqa: E402
from hil.watch import watched  # noqa: E402
from test_disk import suspended_state  # noqa: E402

sys.path.insert(0, str(pathlib.Path(__file__).parent / "stranger"))

import stranger_lock  # noqa: E402
from stranger_lock import messages as pb  # noqa: E402

# Of the audit log: years of a household's, half of what is kept.
ENTRIES = 5000
# How long anything may take on an emulated board.
PATIENCE = 30
# After which a phone that does not recognise its lock tries those that it does not know. (The article's 10, and nobody else is here.)
UNRECOGNISED = 3


class Radio:
    """What a phone's Bluetooth stack is to stranger_lock: a device that connects once."""

    def __init__(self, phone):
        self.phone = phone
        self.lost = []

    async def find(self, is_it, seconds=PATIENCE):
        """Looks for a lock by its advertisement; returns its address."""
        found = asyncio.get_running_loop().create_future()

        def heard(advertisement):
            said = stranger_lock.Advertisement.parse(bytes(advertisement.data_bytes))
            if said and is_it(said) and not found.done():
                found.set_result(advertisement.address)

        device = self.phone.device
        device.on("advertisement", heard)
        await device.start_scanning(active=False, filter_duplicates=False)
        try:
            return await asyncio.wait_for(found, seconds)
        finally:
            await device.stop_scanning()
            device.remove_listener("advertisement", heard)

    async def connect(self, is_it, seconds=PATIENCE):
        while not await self.phone.connect_to(await self.find(is_it, seconds)):
            pass
        self.connection = self.phone.connection
        self.connection.on("disconnection", lambda _reason: [tell() for tell in self.lost])
        peer = Peer(self.connection)
        await peer.request_mtu(247)
        service = UUID(str(stranger_lock.SERVICE_UUID))
        await peer.discover_service(service)
        [found] = peer.get_services_by_uuid(service)
        await found.discover_characteristics()
        self.characteristics = {str(one.uuid).lower(): one for one in found.characteristics}
        self.mtu = peer.gatt_client.mtu

    async def read(self, uuid):
        return bytes(await self.characteristics[str(uuid)].read_value())

    async def subscribe(self, uuid, heard):
        characteristic = self.characteristics[str(uuid)]
        await characteristic.discover_descriptors()
        await characteristic.subscribe(lambda value: heard(bytes(value)))

    async def write(self, uuid, piece):
        await self.characteristics[str(uuid)].write_value(piece, with_response=False)

    def leave(self):
        asyncio.ensure_future(self.phone.away())

    async def gatt(self):
        calls = stranger_lock.GattCalls(self.read, self.subscribe, self.write, lambda: self.mtu)
        stream = await stranger_lock.GattStream.open(calls, on_close=self.leave)
        self.lost.append(stream.connection_lost)
        return stream

    async def l2cap(self):
        info = stranger_lock.LockInfo.parse(await self.read(stranger_lock.streams.INFO_UUID))
        assert info.psm, info
        channel = await self.connection.create_l2cap_channel(
            l2cap.LeCreditBasedChannelSpec(psm=info.psm, mtu=2048, mps=247, max_credits=64)
        )
        heard = asyncio.Queue()
        channel.sink = heard.put_nowait
        channel.on("close", lambda: heard.put_nowait(b""))
        self.lost.append(lambda: heard.put_nowait(b""))

        async def send(data):
            channel.write(data)
            await channel.drain()

        return stranger_lock.L2capStream(
            stranger_lock.L2capCalls(receive=heard.get, send=send, mtu=lambda: channel.peer_mtu, close=self.leave)
        )


class Strangers:
    """Phones of strangers to Mortise."""

    def __init__(self, board, air, bench):
        self.board, self.air, self.bench = board, air, bench
        # What each phone keeps, by the names of their owners.
        self.kept = {}

    def label(self):
        return stranger_lock.Code.parse(Lock(self.board).ask("setup-code").json["code"])

    async def radio(self, is_it, seconds=PATIENCE):
        radio = Radio(await self.air.phone())
        try:
            await radio.connect(is_it, seconds)
        except BaseException:
            await radio.phone.away()
            raise
        return radio

    async def pair(self, code, name, is_it):
        stream = await (await self.radio(is_it)).gatt()
        self.kept[name], answer = await stranger_lock.pair(stream, code, name)
        assert answer.WhichOneof("outcome") == "key", answer
        assert len(self.kept[name].tag_key) == 16
        return answer.key

    def recognises(self, name):
        return lambda said: self.kept[name].recognises(said)

    def client(self, name, bulk=False, **how):
        """Finds its lock by the tag each time that it connects, and otherwise as the article says."""

        async def connect():
            try:
                radio = await self.radio(self.recognises(name), UNRECOGNISED)
            except TimeoutError:
                radio = await self.radio(lambda said: not self.kept[name].recognises(said))
            return await (radio.l2cap() if bulk else radio.gatt())

        def keep(tag_key):
            self.kept[name] = dataclasses.replace(self.kept[name], tag_key=tag_key)

        return stranger_lock.LockClient(connect, self.kept[name], on_tag_key=keep, **how)

    def run(self, use, seconds=120):
        return self.air.run(use, seconds)


@pytest.fixture(scope="module")
def strangers(board, air, bench):
    """A lock that has never run, and its first phone: a stranger's, by the label and the button."""
    lock = Lock(board)
    lock.begin_anew(bench)
    lock.start()
    board.wait("mortise setup-code --json | grep -q MORTISE:")
    strangers = Strangers(board, air, bench)

    async def find():
        radio = Radio(await air.phone())
        await radio.find(lambda said: said.version == 1 and not said.is_pairing_open, 60)
        bench.plant("button press 150ms")
        await radio.find(lambda said: said.is_pairing_open)
        await radio.phone.away()

    strangers.run(find())
    strangers.key = strangers.run(
        strangers.pair(strangers.label(), "Ada", lambda said: said.is_pairing_open)
    )
    return strangers


@pytest.fixture
def lock(strangers, bench, request):
    lock = Lock(strangers.board)
    if lock.state()[0] != "unlocked":
        assert lock.unlock().state == "unlocked"
    bench.plant.wait("rest")
    with watched(lock, bench, request.node):
        yield lock
    strangers.air.run(strangers.air.clear())


async def locked(client):
    """An emulated disk whose host is busy may not answer within the 150 ms that the lock waits for it: a person would try again."""
    for _ in range(4):
        try:
            return (await client.lock()).state
        except stranger_lock.RequestRefused as refused:
            if refused.fault != pb.FAULT_JOURNAL_UNAVAILABLE:
                raise
    raise AssertionError("the disk did not answer")


def test_it_pairs_by_the_label_and_moves_the_bolt_by_gatt(strangers, lock, trace, plant):
    assert (strangers.key.id, strangers.key.terms.role, strangers.key.terms.name) == (1, pb.ROLE_OWNER, "Ada")
    events = []

    async def use():
        async with strangers.client("Ada", on_event=events.append) as client:
            assert (await client.subscribe()).state == pb.STATE_UNLOCKED
            assert await locked(client) == pb.STATE_LOCKED
            assert plant.position() > 19
            status = await client.status()
            assert (status.state, status.position) == (pb.STATE_LOCKED, pb.POSITION_EXTENDED), status
            assert (await client.unlock()).state == pb.STATE_UNLOCKED
            assert plant.position() < 1
            assert client.welcome.key == strangers.key and client.welcome.board, client.welcome

    strangers.run(use())
    assert_drives(trace, FULL_EXTEND, FULL_RETRACT)
    told = [event.status.state for event in events if event.WhichOneof("event") == "status"]
    for state in (pb.STATE_LOCKING, pb.STATE_LOCKED, pb.STATE_UNLOCKING):
        assert state in told, told


async def joined(strangers, owner, name):
    """A guest's key, by an invitation of the owner's, whose client is given."""
    await owner.set_clock()
    invitation = await owner.invite(pb.Terms(role=pb.ROLE_GUEST, name=name), 3600)
    code = stranger_lock.Code.parse(invitation.code)
    return await strangers.pair(code, name, strangers.recognises("Ada"))


def test_it_shares_a_key_by_invitation_and_a_guest_is_a_guest(strangers, lock, trace):
    async def use():
        async with strangers.client("Ada") as owner:
            key = await joined(strangers, owner, "Bo")
            assert (key.terms.role, key.terms.name, key.added_by) == (pb.ROLE_GUEST, "Bo", strangers.key.id), key
            async with strangers.client("Bo") as guest:
                assert await locked(guest) == pb.STATE_LOCKED
                assert (await guest.unlock()).state == pb.STATE_UNLOCKED
                for forbidden in (guest.set_clock(), guest.calibrate(), guest.revoke_key(strangers.key.id)):
                    with pytest.raises(stranger_lock.RequestRefused) as refused:
                        await forbidden
                    assert refused.value.fault == pb.FAULT_NOT_ALLOWED, refused.value
            assert key.id in [one.id async for one in owner.keys()]
            assert [one.redeemed_by async for one in owner.invitations()][-1] == key.id
            with pytest.raises(stranger_lock.RequestRefused) as refused:
                await owner.revoke_key(strangers.key.id)
            assert refused.value.fault == pb.FAULT_LAST_OWNER

    strangers.run(use())
    assert_drives(trace, FULL_EXTEND, FULL_RETRACT)


def test_nothing_of_a_key_that_it_has_revoked_is_carried_out_though_it_was_queued(strangers, lock, trace, board):
    async def use():
        async with strangers.client("Ada") as owner:
            key = await joined(strangers, owner, "Cy")
            async with strangers.client("Cy") as guest:
                await guest.hello()
                assert await locked(owner) == pb.STATE_LOCKED
                trace.again()
                # The disk stands still: the revocation is not durable, and what comes behind it waits.
                with suspended_state(board):
                    # A link's requests are taken in as they come, and hello waits for nothing: when it is answered, what was asked before
                    # it has been taken in. (Tasks begin in the order in which they were made, and send before they wait.)
                    revoked = asyncio.ensure_future(owner.revoke_key(key.id))
                    await asyncio.ensure_future(owner.hello())
                    queued = asyncio.ensure_future(guest.unlock())
                    await asyncio.ensure_future(guest.hello())
                    assert not revoked.done() and not queued.done()
                await asyncio.wait_for(revoked, PATIENCE)
                with pytest.raises((stranger_lock.OutcomeUnknown, stranger_lock.RequestRefused)) as lost:
                    await asyncio.wait_for(queued, PATIENCE)
                if isinstance(lost.value, stranger_lock.OutcomeUnknown):
                    assert lost.value.__cause__.goodbye == pb.GOODBYE_REASON_REVOKED, lost.value
                else:
                    assert lost.value.fault == pb.FAULT_REVOKED, lost.value
            # Who has lost a key does not recognise the lock any more, and is not let in if they try.
            radio = await strangers.radio(lambda said: not strangers.kept["Cy"].recognises(said))
            with pytest.raises(stranger_lock.ChannelRefused) as refused:
                session = await stranger_lock.Session.open(await radio.gatt(), strangers.kept["Cy"].purpose())
                await session.request(pb.Request(id=1, hello=pb.Hello()))
            assert refused.value.reason == stranger_lock.RefusalReason.NOT_ACCEPTED
        # Nor does the owner, who has not heard of the new tag key, and tries what is not recognised.
        before = strangers.kept["Ada"].tag_key
        async with strangers.client("Ada") as owner:
            await owner.hello()
        assert strangers.kept["Ada"].tag_key != before

    strangers.run(use(), 180)
    assert_drives(trace)
    assert lock.state()[0] == "locked"


def test_it_fetches_a_long_log_by_l2cap_and_page_by_page_by_gatt(strangers, lock, figure):
    async def fetch(bulk):
        async with strangers.client("Ada", bulk=bulk) as client:
            await client.hello()
            began = time.monotonic()
            return [entry async for entry in client.log()], time.monotonic() - began

    lock.lengthen_log(ENTRIES)
    by_channel, fast = strangers.run(fetch(True), 600)
    by_gatt, slow = strangers.run(fetch(False), 600)
    numbers = [entry.number for entry in by_channel]
    assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) > ENTRIES
    assert [entry.SerializeToString() for entry in by_gatt[: len(numbers)]] == [e.SerializeToString() for e in by_channel]
    assert [entry["sequence"] for entry in lock.log()][: len(numbers)] == numbers
    size = sum(entry.ByteSize() for entry in by_channel)
    figure(f"stranger: log of {len(numbers)} entries, {size} bytes", f"{fast:.2f} s by L2CAP, {slow:.2f} s by GATT")
