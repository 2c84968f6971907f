"""A lock for the tests: the responder's side of the channel, and a server that answers as a test tells it to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from stranger_lock import Code, CodeKind, KeyPair, LinkEnded
from stranger_lock import messages as pb
from stranger_lock.channel import prologue
from stranger_lock.codes import fingerprint
from stranger_lock.framing import HANDSHAKE_LIMIT, LOCK_FRAME_LIMIT, PHONE_FRAME_LIMIT, FrameDecoder, encode_frame
from stranger_lock.noise import IK, XXPSK0, HandshakeState, Transport


class LockChannel:
    """The responder, without input and output.  ``receive`` returns the messages; what goes out is in ``output``."""

    def __init__(self, keys: KeyPair, *, ephemeral: KeyPair | None = None, code: Code | None = None) -> None:
        self.keys = keys
        self.code = code
        self.ephemeral = ephemeral
        self.output = bytearray()
        self.handshake: HandshakeState | None = None
        self.transport: Transport | None = None
        self.decoder = FrameDecoder(HANDSHAKE_LIMIT)

    def receive(self, piece: bytes) -> list[bytes]:
        self.decoder.feed(piece)
        messages = []
        while (frame := self.decoder.next()) is not None:
            if self.transport is not None:
                messages.append(self.transport.receiving.decrypt(b"", frame))
            elif self.handshake is None:
                self._answer(frame)
            else:
                self.handshake.read(frame)
                self._open()
        return messages

    def send(self, content: bytes) -> bytes:
        assert self.transport is not None
        return encode_frame(self.transport.sending.encrypt(b"", content), LOCK_FRAME_LIMIT)

    def take_output(self) -> bytes:
        output = bytes(self.output)
        self.output.clear()
        return output

    def _answer(self, frame: bytes) -> None:
        assert frame[0] == 1
        size = 2 if frame[1] == 1 else 10
        opening, message = frame[:size], frame[size:]
        own = fingerprint(self.keys.public)
        if frame[1] == 1:
            self.handshake = HandshakeState(
                IK, initiator=False, prologue=prologue(opening, own), static=self.keys, ephemeral=self.ephemeral
            )
        else:
            assert self.code is not None and opening[2:] == self.code.id
            mixed = self.code.fingerprint if self.code.kind is CodeKind.SETUP else own
            self.handshake = HandshakeState(
                XXPSK0,
                initiator=False,
                prologue=prologue(opening, mixed),
                static=self.keys,
                psk=self.code.pre_shared_key(),
                ephemeral=self.ephemeral,
            )
        self.handshake.read(message)
        self.output += encode_frame(b"\x01" + self.handshake.write(), HANDSHAKE_LIMIT)
        if self.handshake.is_complete:
            self._open()

    def _open(self) -> None:
        assert self.handshake is not None
        self.transport = self.handshake.split()
        self.decoder.limit = PHONE_FRAME_LIMIT


class Pipe:
    """One side of a link in memory, which delivers in small pieces."""

    def __init__(self) -> None:
        self.peer: Pipe | None = None
        self._incoming: asyncio.Queue[bytes] = asyncio.Queue()
        self._is_closed = False

    @staticmethod
    def pair() -> tuple[Pipe, Pipe]:
        one, other = Pipe(), Pipe()
        one.peer, other.peer = other, one
        return one, other

    async def read(self) -> bytes:
        piece = await self._incoming.get()
        if not piece:
            self._incoming.put_nowait(b"")
        return piece

    async def write(self, data: bytes) -> None:
        if self._is_closed:
            raise LinkEnded()
        assert self.peer is not None
        for at in range(0, len(data), 20):
            self.peer._incoming.put_nowait(data[at : at + 20])

    def close(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            self._incoming.put_nowait(b"")
            assert self.peer is not None
            self.peer.close()


Handler = Callable[["Link", pb.Request], Awaitable[pb.Answer | None]]


class Link:
    """The lock's end of one link."""

    def __init__(self, lock: FakeLock, pipe: Pipe) -> None:
        self.lock = lock
        self.pipe = pipe
        self.channel = LockChannel(lock.keys, code=lock.code)

    async def say(self, message: pb.FromLock) -> None:
        await self.pipe.write(self.channel.send(message.SerializeToString()))

    async def event(self, **event: object) -> None:
        await self.say(pb.FromLock(event=pb.Event(**event)))  # type: ignore[arg-type]

    async def serve(self) -> None:
        async with asyncio.TaskGroup() as group:
            while piece := await self.pipe.read():
                for message in self.channel.receive(piece):
                    group.create_task(self._answer(pb.Request.FromString(message)))
                if output := self.channel.take_output():
                    await self.pipe.write(output)

    async def _answer(self, request: pb.Request) -> None:
        self.lock.requests.append(request)
        self.lock.under_way += 1
        self.lock.most_under_way = max(self.lock.most_under_way, self.lock.under_way)
        answer = await self.lock.handler(self, request)
        self.lock.under_way -= 1
        if answer is not None:
            answer.id = request.id
            try:
                await self.say(pb.FromLock(answer=answer))
            except LinkEnded:
                pass


async def welcome(link: Link, request: pb.Request) -> pb.Answer | None:
    """The least that a lock says."""
    match request.WhichOneof("ask"):
        case "hello":
            return pb.Answer(welcome=pb.Welcome(version="1.0.0", run=link.lock.run, tag_key=link.lock.tag_key))
        case "pair":
            return pb.Answer(key=pb.Key(id=1, terms=pb.Terms(role=pb.ROLE_OWNER, name=request.pair.name)))
        case "get_status" | "subscribe":
            return pb.Answer(status=pb.Status(state=pb.STATE_LOCKED))
        case _:
            return pb.Answer(done=pb.Done())


@dataclass
class FakeLock:
    handler: Handler = welcome
    keys: KeyPair = field(default_factory=KeyPair.generate)
    code: Code | None = None
    requests: list[pb.Request] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    run: int = 7
    tag_key: bytes = bytes(range(16))
    under_way: int = 0
    most_under_way: int = 0

    async def connect(self) -> Pipe:
        phone, own = Pipe.pair()
        link = Link(self, own)
        self.links.append(link)
        self.tasks.append(asyncio.create_task(link.serve()))
        return phone

    def asked(self, kind: str) -> list[pb.Request]:
        return [request for request in self.requests if request.WhichOneof("ask") == kind]
