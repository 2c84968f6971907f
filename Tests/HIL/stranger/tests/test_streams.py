import asyncio
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from stranger_lock import (
    Credentials,
    GattCalls,
    GattStream,
    KeyPair,
    L2capCalls,
    L2capStream,
    LinkEnded,
    LockClient,
    LockInfo,
    NoAnswerFree,
    UnixStream,
    UnusableInfo,
)
from stranger_lock.streams import ANSWER_UUIDS, COMMAND_UUID, INFO_UUID

from . import examples
from .lock import FakeLock, LockChannel


def test_info() -> None:
    assert LockInfo.parse(examples.INFO) == LockInfo(1, 0x80, 2)
    assert LockInfo.parse(b"\x01\x80\x00\x03") == LockInfo(1, 0x80, 3)
    assert LockInfo.parse(b"\x01\x00\x00\xff") == LockInfo(1, None, None)
    assert LockInfo.parse(b"\x01\x25\x01\x07future").answer_uuid == uuid.UUID("6d9e0017-5a0f-4c58-9b7e-2f3c8a41d6b5")
    for value in (b"", b"\x01\x00\x00", b"\x01\x00\x00\x08", b"\x02\x80\x00\x02"):
        with pytest.raises(UnusableInfo):
            LockInfo.parse(value)


class Stack:
    """A BLE stack that remembers what was asked of it."""

    def __init__(self, info: bytes = b"\x01\x00\x00\x02", mtu: int = 23) -> None:
        self.info, self.the_mtu = info, mtu
        self.asked: list[tuple[str, uuid.UUID]] = []
        self.pieces: list[bytes] = []
        self.notify: Callable[[bytes], None] = lambda value: None
        self.on_piece: Callable[[bytes], None] = lambda piece: None

    async def read(self, characteristic: uuid.UUID) -> bytes:
        self.asked.append(("read", characteristic))
        return self.info

    async def subscribe(self, characteristic: uuid.UUID, on_value: Callable[[bytes], None]) -> None:
        self.asked.append(("subscribe", characteristic))
        self.notify = on_value

    async def write(self, characteristic: uuid.UUID, piece: bytes) -> None:
        self.asked.append(("write", characteristic))
        self.pieces.append(piece)
        self.on_piece(piece)

    def calls(self) -> GattCalls:
        return GattCalls(self.read, self.subscribe, self.write, lambda: self.the_mtu)


def test_gatt_in_order_and_in_pieces() -> None:
    async def run() -> None:
        stack = Stack()
        stream = await GattStream.open(stack.calls())
        await stream.write(bytes(range(45)))
        assert stack.asked[:3] == [("read", INFO_UUID), ("subscribe", ANSWER_UUIDS[2]), ("write", COMMAND_UUID)]
        assert [len(piece) for piece in stack.pieces] == [20, 20, 5]
        stack.the_mtu = 247
        await stream.write(bytes(245))
        assert [len(piece) for piece in stack.pieces[3:]] == [244, 1]
        stack.notify(b"one")
        stack.notify(b"")
        stack.notify(b"two")
        assert [await stream.read(), await stream.read()] == [b"one", b"two"]
        stream.connection_lost()
        assert [await stream.read(), await stream.read()] == [b"", b""]
        with pytest.raises(LinkEnded):
            await stream.write(b"late")

    asyncio.run(run())


def test_gatt_without_a_free_answer() -> None:
    stack = Stack(b"\x01\x80\x00\xff")
    with pytest.raises(NoAnswerFree):
        asyncio.run(GattStream.open(stack.calls()))
    assert len(stack.asked) == 1


def test_closing_gatt_disconnects_once() -> None:
    async def run() -> None:
        closed: list[int] = []
        stream = await GattStream.open(Stack().calls(), on_close=lambda: closed.append(1))
        stream.close()
        stream.close()
        assert closed == [1] and await stream.read() == b""

    asyncio.run(run())


def test_l2cap_is_a_stream() -> None:
    async def run() -> None:
        incoming: asyncio.Queue[bytes] = asyncio.Queue()
        sent: list[bytes] = []
        closed: list[int] = []

        async def send(sdu: bytes) -> None:
            sent.append(sdu)

        stream = L2capStream(L2capCalls(incoming.get, send, lambda: 100, lambda: closed.append(1)))
        await stream.write(bytes(250))
        assert [len(sdu) for sdu in sent] == [100, 100, 50]
        incoming.put_nowait(b"answer")
        assert await stream.read() == b"answer"
        stream.close()
        stream.close()
        assert closed == [1] and await stream.read() == b""
        with pytest.raises(LinkEnded):
            await stream.write(b"late")

    asyncio.run(run())


def test_a_client_over_a_unix_socket(tmp_path: Path) -> None:
    async def run() -> None:
        lock = FakeLock()
        path = tmp_path / "lock"

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            pipe = await lock.connect()

            async def there() -> None:
                while piece := await reader.read(7):
                    await pipe.write(piece)
                pipe.close()

            async def back() -> None:
                while piece := await pipe.read():
                    writer.write(piece)
                writer.close()

            await asyncio.gather(there(), back())

        server = await asyncio.start_unix_server(serve, path)
        credentials = Credentials(KeyPair.generate().private, lock.keys.public)
        async with LockClient(lambda: UnixStream.connect(path), credentials) as client:
            assert (await client.hello()).version == "1.0.0"
        server.close()

    asyncio.run(run())


def test_a_channel_over_gatt() -> None:
    async def run() -> None:
        lock = FakeLock()
        stack = Stack()
        channel = LockChannel(lock.keys)

        def on_piece(piece: bytes) -> None:
            from stranger_lock import messages as pb

            for message in channel.receive(piece):
                answer = pb.Answer(id=pb.Request.FromString(message).id, welcome=pb.Welcome(version="1.0.0"))
                channel.output += channel.send(pb.FromLock(answer=answer).SerializeToString())
            output = channel.take_output()
            for at in range(0, len(output), 20):
                stack.notify(output[at : at + 20])

        stack.on_piece = on_piece
        credentials = Credentials(KeyPair.generate().private, lock.keys.public)
        async with LockClient(lambda: GattStream.open(stack.calls()), credentials) as client:
            assert (await client.hello()).version == "1.0.0"

    asyncio.run(run())
