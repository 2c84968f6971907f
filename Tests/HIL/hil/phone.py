"""The air around the virtual board: its Bluetooth chip and phones, all of them bumble's, in this process.

The chip is what the board's UART leads to (scripts/board: bt.sock). Phones are controllers on the same link, each with a host of its
own, so none of them shares anything with the board's bluetoothd. Link-layer timing is not emulated: intervals are what the chip
was told, not what was measured."""

import asyncio
import collections
import contextlib
import itertools
import random
import threading
import time

from bumble import hci, l2cap
from bumble.controller import Controller
from bumble.core import UUID, AdvertisingData
from bumble.device import Device, DeviceConfiguration, Peer
from bumble.gatt import GATT_CLIENT_CHARACTERISTIC_CONFIGURATION_DESCRIPTOR
from bumble.gatt_client import CharacteristicProxy, DescriptorProxy
from bumble.hci import Address
from bumble.link import LocalLink
from bumble.transport import open_transport

SERVICE = "6d9e0001-5a0f-4c58-9b7e-2f3c8a41d6b5"
COMMAND = "6d9e0002-5a0f-4c58-9b7e-2f3c8a41d6b5"
INFO = "6d9e0003-5a0f-4c58-9b7e-2f3c8a41d6b5"
# Each connected phone is given one of these.
ANSWERS = [f"6d9e00{0x10 + index:02x}-5a0f-4c58-9b7e-2f3c8a41d6b5" for index in range(8)]

# Handles of the service, which a phone may remember (ServiceIdentity.swift).
COMMAND_HANDLE, INFO_HANDLE, FIRST_ANSWER_HANDLE = 0x0A02, 0x0A04, 0x0A06

# Factory-set, of the chip. Nobody may see it in the air.
CHIP_ADDRESS = Address("F0:F1:F2:F3:F4:01", Address.PUBLIC_DEVICE_ADDRESS)
# How long anything may take on an emulated board.
PATIENCE = 30
SLOT = 0.000625


class Chip(Controller):
    """The board's chip. Remembers what it was told about advertising, as the HCI log would show it, and who came and went."""

    def __init__(self, link, transport):
        # Each (time, what, values). Bounded: a long test advertises often.
        self.log = collections.deque(maxlen=10000)
        super().__init__(
            "LOCK", host_source=transport.source, host_sink=transport.sink, link=link, public_address=CHIP_ADDRESS
        )
        # A chip of version 4.2, as locks have: bumble's extended advertising and address resolution are not complete
        # (https://github.com/google/bumble/issues/841).
        self.le_features &= ~(hci.LeFeatureMask.LL_PRIVACY | hci.LeFeatureMask.LE_EXTENDED_ADVERTISING)

        # What the host has said to a chip that takes its time; None: it answers at once.
        self.held = None

    def on_packet(self, packet):
        if self.held is None:
            super().on_packet(packet)
        else:
            self.held.append(packet)

    def release(self):
        held, self.held = self.held or [], None
        for packet in held:
            self.on_packet(packet)

    def note(self, what, **values):
        self.log.append((time.monotonic(), what, values))

    def on_hci_le_set_advertising_parameters_command(self, command):
        self.note(
            "parameters",
            minimum=command.advertising_interval_min * SLOT,
            maximum=command.advertising_interval_max * SLOT,
            address_type=int(command.own_address_type),
        )
        return super().on_hci_le_set_advertising_parameters_command(command)

    def on_hci_le_set_advertising_data_command(self, command):
        self.note("data", data=bytes(command.advertising_data))
        return super().on_hci_le_set_advertising_data_command(command)

    def on_hci_le_set_advertising_enable_command(self, command):
        self.note("enable", enabled=bool(command.advertising_enable))
        return super().on_hci_le_set_advertising_enable_command(command)

    def on_le_connect_ind(self, packet):
        known = len(self.le_connections)
        super().on_le_connect_ind(packet)
        taken = len(self.le_connections) > known
        self.note("connected" if taken else "not connected", peer=str(packet.initiator_address))

    def on_le_disconnected(self, connection, reason):
        self.note("disconnected", peer=str(connection.peer_address), reason=reason)
        super().on_le_disconnected(connection, reason)

    def last(self, what):
        return next((values for _, kind, values in reversed(self.log) if kind == what), None)


def attach(air, board):
    """Switches the chip on for a board that has none, or had none when it started."""
    air.run(air.switch_chip_on(announces=False))
    # btattach has given up on a chip that was not there.
    board.run("systemctl reset-failed 'virtual-bluetooth@*'; systemctl restart virtual-bluetooth@ttyS0.service")
    board.wait("[ -e /sys/class/bluetooth/hci0 ]")
    board.run("systemctl reset-failed bluetooth.service; systemctl restart bluetooth.service")


@contextlib.contextmanager
def switched_on(board):
    """The air around a board, its chip on and its bluetoothd anew."""
    air = Air(board.folder / "bt.sock")
    try:
        attach(air, board)
        yield air
    finally:
        air.close()
        # As it was before: without a chip. The lock keeps looking after one that has died.
        board.run("systemctl stop 'virtual-bluetooth@ttyS0.service'")


class Link(LocalLink):
    """The medium. Who hears an advertisement first, and so whose request to connect is taken, is chance; bumble's own goes by where
    a controller lies in memory, and whoever is last there is last each time."""

    def send_advertising_pdu(self, sender_controller, packet):
        loop = asyncio.get_running_loop()
        for controller in random.sample(list(self.controllers), len(self.controllers)):
            if controller is not sender_controller:
                loop.call_soon(controller.on_ll_advertising_pdu, packet)


class Air:
    """The chip, the phones and the thread that they all live on. `run` waits for a coroutine there."""

    def __init__(self, path):
        self.path = path
        self.chip = None
        self.transport = None
        self.numbers = itertools.count(1)
        self.phones = []
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.link = self.run(self.make_link())

    def run(self, coroutine, seconds=PATIENCE):
        return asyncio.run_coroutine_threadsafe(asyncio.wait_for(coroutine, seconds), self.loop).result(seconds + 5)

    async def make_link(self):
        return Link()

    # The chip

    async def switch_chip_on(self, announces=True):
        """A chip that has reset itself says so with a hardware error (Core, volume 4, part E, 7.7.16); `announces` is off for
        one that does not."""
        self.transport = await open_transport(f"unix:{self.path}")
        self.chip = Chip(self.link, self.transport)
        if announces:
            # (bumble knows the event's number, and has no class for it: event, its code, one byte, which is 0.)
            self.transport.sink.on_packet(bytes([hci.HCI_EVENT_PACKET, hci.HCI_HARDWARE_ERROR_EVENT, 1, 0]))

    async def hold_chip(self):
        """It answers nothing, for less than the two seconds that Linux gives it, until `release_chip`."""
        self.chip.held = []

    async def release_chip(self):
        self.chip.release()

    async def switch_chip_off(self):
        """It answers nothing from now on, and whoever is connected hears of it at the end of the supervision time-out."""
        if not self.chip:
            return
        chip, self.chip = self.chip, None
        chip.le_legacy_advertiser.stop()
        self.link.remove_controller(chip)
        await self.transport.close()
        for phone in self.phones:
            phone.lost(hci.HCI_CONNECTION_TIMEOUT_ERROR)

    def close(self):
        with contextlib.suppress(Exception):
            self.run(self.leave())
        self.loop.call_soon_threadsafe(self.loop.stop)

    async def leave(self):
        await self.clear()
        await self.switch_chip_off()

    async def clear(self):
        """Nobody is near."""
        for phone in list(self.phones):
            await phone.away()

    # Phones

    async def phone(self):
        phone = Phone(self, next(self.numbers))
        await phone.device.power_on()
        self.phones.append(phone)
        return phone


class Seen:
    """One advertisement as a phone received it."""

    def __init__(self, advertisement):
        self.at = time.monotonic()
        self.address = advertisement.address
        self.raw = bytes(advertisement.data_bytes)
        data = advertisement.data
        self.flags = data.get(AdvertisingData.FLAGS)
        self.manufacturer = data.get(AdvertisingData.MANUFACTURER_SPECIFIC_DATA)
        self.is_ours = bytes.fromhex(SERVICE.replace("-", ""))[::-1] in self.raw


class Phone:
    """A central. Its address is another for each, as phones' are."""

    def __init__(self, air, number):
        self.air = air
        self.number = number
        controller = Controller(f"PHONE{number}", link=air.link)
        address = Address(f"C0:00:00:00:{number >> 8 & 0xFF:02X}:{number & 0xFF:02X}")
        self.controller = controller
        self.device = Device.from_config_with_hci(
            DeviceConfiguration(name=f"phone {number}", address=address), controller, controller
        )
        self.connection = None
        # The advertisement that led to it, and when it was there.
        self.seen = None
        self.connected_at = None

    async def scan(self, seconds=None, until=None):
        """What is seen of the lock, in that time or until that many."""
        found = []
        enough = asyncio.Event()

        def heard(advertisement):
            seen = Seen(advertisement)
            if seen.is_ours:
                found.append(seen)
                if until and len(found) >= until:
                    enough.set()

        self.device.on("advertisement", heard)
        await self.device.start_scanning(active=False, filter_duplicates=False)
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(enough.wait(), seconds or PATIENCE)
        await self.device.stop_scanning()
        self.device.remove_listener("advertisement", heard)
        return found

    async def connect(self, seconds=PATIENCE, insists=True):
        """Finds the lock and connects; whoever does not insist gives up when another was taken."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = await self.scan(end - time.monotonic(), until=1)
            assert found, f"phone {self.number} sees no lock within {seconds} s"
            self.seen = found[0]
            if await self.connect_to(found[0].address, seconds):
                return self.connection
            if not insists:
                break
        raise AssertionError(f"phone {self.number} is not let in within {seconds} s")

    async def connect_to(self, address, seconds=PATIENCE):
        """Returns whether the lock's chip has taken the connection."""
        self.connection = await self.device.connect(address, timeout=seconds)
        self.connected_at = time.monotonic()
        await asyncio.sleep(0.05)
        # In bumble's air a central is connected as soon as it wants to be. In the real one its request may meet a chip that
        # is taking another's, and the connection is not established (error 0x3E).
        if self.air.chip and self.device.random_address in self.air.chip.le_connections:
            return True
        self.lost(hci.HCI_CONNECTION_FAILED_TO_BE_ESTABLISHED_ERROR)
        return False

    async def open(self, mtu=247, subscribes=True, remembers=False, insists=True):
        """Connects, finds the service, or remembers where it was, and subscribes: a session."""
        await self.connect(insists=insists)
        session = Session(self, mtu)
        return await (session.recall() if remembers else session.begin(subscribes))

    async def channel(self, psm, mtu=2048, mps=247, credits=64):
        """An L2CAP channel on the connection that is there."""
        channel = await self.connection.create_l2cap_channel(
            l2cap.LeCreditBasedChannelSpec(psm=psm, mtu=mtu, mps=mps, max_credits=credits)
        )
        return Stream(channel)

    async def disconnected(self, seconds):
        """Waits until the lock has ended the connection; returns the seconds that it took."""
        began = time.monotonic()
        while self.connection and self.connection in self.device.connections.values():
            assert time.monotonic() - began < seconds, f"phone {self.number} is still connected after {seconds} s"
            await asyncio.sleep(0.02)
        return time.monotonic() - began

    async def leave(self):
        """Disconnects."""
        if self.connection and self.connection in self.device.connections.values():
            with contextlib.suppress(Exception):
                await self.connection.disconnect()
        self.connection = None

    def lost(self, reason):
        """The lock's chip has died, or never knew of this one: the link's supervision time-out is now."""
        for connection in list(self.controller.le_connections.values()):
            self.controller.on_le_disconnected(connection, reason)
        self.connection = None

    async def away(self):
        """Out of reach for good."""
        await self.leave()
        with contextlib.suppress(KeyError):
            self.air.link.remove_controller(self.controller)
        if self in self.air.phones:
            self.air.phones.remove(self)


class Session:
    """The lock's GATT service, discovered and subscribed to."""

    def __init__(self, phone, mtu):
        self.phone, self.mtu = phone, mtu
        self.heard = bytearray()
        self.packets = []
        self.news = asyncio.Event()
        self.is_over = False
        phone.connection.on("disconnection", self.ended)

    def ended(self, _reason):
        self.is_over = True
        self.news.set()

    async def begin(self, subscribes=True):
        peer = Peer(self.phone.connection)
        if self.mtu:
            await peer.request_mtu(self.mtu)
        await peer.discover_service(SERVICE)
        services = peer.get_services_by_uuid(UUID(SERVICE))
        assert services, "the lock's service is not there"
        self.service = services[0]
        await self.service.discover_characteristics()
        by_uuid = {str(c.uuid).lower(): c for c in self.service.characteristics}
        self.command, self.info = by_uuid[COMMAND], by_uuid[INFO]
        self.answers = [by_uuid[uuid] for uuid in ANSWERS]
        self.version, self.psm, self.index = await self.read_info()
        self.answer = self.answers[self.index]
        await self.answer.discover_descriptors()
        if subscribes:
            await self.subscribe()
        return self

    async def recall(self):
        """As `begin`, by handles from before."""
        client = self.phone.connection.gatt_client
        if self.mtu:
            await client.request_mtu(self.mtu)

        def proxy(handle, uuid, properties):
            return CharacteristicProxy(client, handle, handle + 1, UUID(uuid), properties)

        self.command = proxy(COMMAND_HANDLE, COMMAND, 0x0C)
        self.info = proxy(INFO_HANDLE, INFO, 0x02)
        self.version, self.psm, self.index = await self.read_info()
        handle = FIRST_ANSWER_HANDLE + 3 * self.index
        self.answer = proxy(handle, ANSWERS[self.index], 0x10)
        self.answer.descriptors = [DescriptorProxy(client, handle + 1, GATT_CLIENT_CHARACTERISTIC_CONFIGURATION_DESCRIPTOR)]
        self.answer.descriptors_discovered = True
        await self.subscribe()
        return self

    async def subscribe(self):
        await self.answer.subscribe(self.notified)

    def notified(self, value):
        self.packets.append(bytes(value))
        self.heard += value
        self.news.set()

    async def write(self, data, with_response=False):
        await self.command.write_value(data, with_response=with_response)

    async def read(self, count, seconds=PATIENCE):
        """The next bytes of the lock's."""

        async def enough():
            while len(self.heard) < count:
                if self.is_over:
                    raise EOFError("the lock has ended the connection")
                self.news.clear()
                await self.news.wait()

        await asyncio.wait_for(enough(), seconds)
        taken = bytes(self.heard[:count])
        del self.heard[:count]
        return taken

    async def ask(self, data, with_response=False):
        """Writes, and reads as much again."""
        await self.write(data, with_response)
        return await self.read(len(data))

    async def read_info(self):
        """(version, PSM, index of the answer characteristic)"""
        value = bytes(await self.info.read_value())
        assert len(value) == 4, value
        return value[0], int.from_bytes(value[1:3], "little"), value[3]


class Stream:
    """An L2CAP channel."""

    def __init__(self, channel):
        self.channel = channel
        self.heard = bytearray()
        self.news = asyncio.Event()
        channel.sink = self.received

    def received(self, data):
        self.heard += data
        self.news.set()

    async def write(self, data, piece=512):
        for start in range(0, len(data), piece):
            self.channel.write(data[start : start + piece])
            await self.channel.drain()

    async def read(self, count, seconds=PATIENCE):
        async def enough():
            while len(self.heard) < count:
                self.news.clear()
                await self.news.wait()

        await asyncio.wait_for(enough(), seconds)
        taken = bytes(self.heard[:count])
        del self.heard[:count]
        return taken

    async def close(self):
        await self.channel.disconnect()
