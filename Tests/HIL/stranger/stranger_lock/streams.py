"""Links as streams of bytes: a Unix socket, GATT and L2CAP (section 3).

``ByteStream`` is all that the client knows of a link.  GATT and L2CAP are written against a few callables each, so that
any BLE stack can be plugged in.
"""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Protocol

from .errors import LinkEnded, StrangerLockError


class ByteStream(Protocol):
    """A link.  One task reads; one task writes."""

    async def read(self) -> bytes:
        """The next bytes, as many as there are; ``b""`` when there will be no more."""
        ...

    async def write(self, data: bytes) -> None:
        """Sends all of it; ``LinkEnded`` or an ``OSError`` where that is not possible any more."""
        ...

    def close(self) -> None:
        """Ends the link.  May be called twice; a ``read`` under way returns ``b""``."""
        ...


# ---- Unix sockets ----------------------------------------------------------------------------------------------------


class UnixStream:
    """A link over a Unix socket: the same bytes, for the simulator and tests."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def connect(cls, path: str | os.PathLike[str]) -> UnixStream:
        return cls(*await asyncio.open_unix_connection(os.fspath(path)))

    async def read(self) -> bytes:
        try:
            return await self._reader.read(8192)
        except ConnectionError:
            return b""

    async def write(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    def close(self) -> None:
        self._writer.close()


# ---- GATT ------------------------------------------------------------------------------------------------------------


def _characteristic(number: int) -> uuid.UUID:
    return uuid.UUID(f"6d9e{number:04x}-5a0f-4c58-9b7e-2f3c8a41d6b5")


COMMAND_UUID: Final = _characteristic(0x0002)
INFO_UUID: Final = _characteristic(0x0003)
ANSWER_UUIDS: Final = tuple(_characteristic(0x0010 + number) for number in range(8))

_VERSION: Final = 1
_NO_ANSWER: Final = 255
_ATT_HEADER: Final = 3
_MINIMUM_MTU: Final = 23


class UnusableInfo(StrangerLockError):
    """*info* is malformed, of another version of the protocol, or names a characteristic that there is none of."""


class NoAnswerFree(StrangerLockError):
    """All of the lock's answer characteristics are in use.  Come back later."""


@dataclass(frozen=True)
class LockInfo:
    """The characteristic *info*."""

    version: int
    #: Of the L2CAP channel; ``None``: there is none.
    psm: int | None
    #: The number of this phone's answer characteristic; ``None``: none is free.
    answer: int | None

    @classmethod
    def parse(cls, value: bytes) -> LockInfo:
        """Bytes behind the fourth are a newer version's, and skipped."""
        if len(value) < 4:
            raise UnusableInfo(f"info has {len(value)} bytes, and 4 are needed")
        if value[0] != _VERSION:  # First: what is behind it may mean something else there.
            raise UnusableInfo(f"the lock speaks version {value[0]} of the protocol, which is not known here")
        psm, answer = int.from_bytes(value[1:3], "little"), value[3]
        if answer != _NO_ANSWER and answer >= len(ANSWER_UUIDS):
            raise UnusableInfo(f"info names the answer characteristic {answer}")
        return cls(value[0], psm or None, None if answer == _NO_ANSWER else answer)

    @property
    def answer_uuid(self) -> uuid.UUID:
        if self.answer is None:
            raise NoAnswerFree("none of the lock's answer characteristics is free")
        return ANSWER_UUIDS[self.answer]


@dataclass(frozen=True)
class GattCalls:
    """What ``GattStream`` needs of a connection that some BLE stack holds, its services discovered.

    With *bleak*, for example::

        GattCalls(
            read=client.read_gatt_char,
            subscribe=lambda uuid, on_value: client.start_notify(uuid, lambda _, value: on_value(bytes(value))),
            write_without_response=lambda uuid, piece: client.write_gatt_char(uuid, piece, response=False),
            mtu=lambda: client.mtu_size,
        )
    """

    #: Reads a characteristic.
    read: Callable[[uuid.UUID], Awaitable[bytes]]
    #: Enables notifications of a characteristic, and returns when they are enabled; the callback gets each value, in
    #: order, and is to be called in the event loop's thread.
    subscribe: Callable[[uuid.UUID, Callable[[bytes], None]], Awaitable[None]]
    #: Writes a value that fits into one packet.  Returns when the next may be given to it; must not drop any.
    write_without_response: Callable[[uuid.UUID, bytes], Awaitable[None]]
    #: The connection's ATT_MTU, as it is now.
    mtu: Callable[[], int]


class GattStream:
    """A link over GATT.

    In this order, as the protocol wants it: read *info*, subscribe to the answer characteristic that it names, then
    write.  Values are at most ATT_MTU - 3 bytes.  When the connection is lost the stack's owner calls
    ``connection_lost``; ``close`` only ends the stream here, and calls ``on_close``, which may disconnect.
    """

    def __init__(self, calls: GattCalls, info: LockInfo, on_close: Callable[[], None] | None) -> None:
        self.info = info
        self._calls = calls
        self._on_close = on_close
        self._incoming = _Incoming()

    @classmethod
    async def open(cls, calls: GattCalls, *, on_close: Callable[[], None] | None = None) -> GattStream:
        """``NoAnswerFree`` where the lock has no characteristic for this phone now."""
        info = LockInfo.parse(await calls.read(INFO_UUID))
        stream = cls(calls, info, on_close)
        await calls.subscribe(info.answer_uuid, stream._incoming.put)
        return stream

    async def read(self) -> bytes:
        return await self._incoming.get()

    async def write(self, data: bytes) -> None:
        at = 0
        while at < len(data):
            if self._incoming.has_ended:
                raise LinkEnded("the connection is closed")
            # Asked each time: the MTU may have been exchanged in the meantime.
            size = max(self._calls.mtu(), _MINIMUM_MTU) - _ATT_HEADER
            await self._calls.write_without_response(COMMAND_UUID, data[at : at + size])
            at += size

    def connection_lost(self) -> None:
        self._incoming.end()

    def close(self) -> None:
        if not self._incoming.has_ended:
            self._incoming.end()
            if self._on_close is not None:
                self._on_close()


# ---- L2CAP -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class L2capCalls:
    """What ``L2capStream`` needs of an LE credit-based channel to the PSM that *info* names."""

    #: The next SDU; ``b""`` when the channel is closed.
    receive: Callable[[], Awaitable[bytes]]
    #: Sends one SDU; waits for credits.
    send: Callable[[bytes], Awaitable[None]]
    #: The largest SDU that the lock takes.
    mtu: Callable[[], int]
    #: Disconnects the channel.
    close: Callable[[], None]


class L2capStream:
    """A link over L2CAP: a stream of bytes; where SDUs begin and end means nothing."""

    def __init__(self, calls: L2capCalls) -> None:
        self._calls = calls
        self._is_closed = False

    async def read(self) -> bytes:
        return b"" if self._is_closed else await self._calls.receive()

    async def write(self, data: bytes) -> None:
        at = 0
        while at < len(data):
            if self._is_closed:
                raise LinkEnded("the channel is closed")
            size = max(self._calls.mtu(), 1)
            await self._calls.send(data[at : at + size])
            at += size

    def close(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            self._calls.close()


class _Incoming:
    """Values from a callback for one reader.  Empty values are nothing; the end stays the end."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[bytes] = asyncio.Queue()
        self.has_ended = False

    def put(self, value: bytes) -> None:
        if value and not self.has_ended:
            self._queue.put_nowait(bytes(value))

    def end(self) -> None:
        if not self.has_ended:
            self.has_ended = True
            self._queue.put_nowait(b"")

    async def get(self) -> bytes:
        value = await self._queue.get()
        if not value:
            self._queue.put_nowait(b"")  # For whoever asks again.
        return value
