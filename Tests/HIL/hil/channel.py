"""A phone's side of the protocol (Sources/LockProtocol/LockProtocol.docc/Protocol.md): frames, Noise, requests and answers, over a
GATT session or an L2CAP channel of hil.phone's. With noiseprotocol of PyPI, and messages that protoc makes of lock.proto."""

import asyncio
import base64
import hashlib
import hmac
import importlib
import pathlib
import secrets
import subprocess
import sys
import tempfile

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from noise.connection import Keypair, NoiseConnection

from .board import PROJECT

SESSION, PAIRING = 1, 2
SETUP = bytes(8)
# Reasons of refusals.
VERSION, LATER, CLOSED, NOT_ACCEPTED = 1, 2, 3, 4
# What the longest answer may take: a stroke with its retries, on an emulated board.
PATIENCE = 60


def compile_messages():
    with tempfile.TemporaryDirectory() as folder:
        source = PROJECT / "Sources/LockProtocol"
        subprocess.run(["protoc", f"--proto_path={source}", f"--python_out={folder}", "lock.proto"], check=True, timeout=60)
        sys.path.insert(0, folder)
        try:
            return importlib.import_module("lock_pb2")
        finally:
            sys.path.remove(folder)


pb = compile_messages()


class Refused(Exception):
    """The lock does not open the channel."""

    def __init__(self, reason, detail):
        super().__init__(f"refused: reason {reason}, detail {detail}")
        self.reason, self.detail = reason, detail


class Gone(Exception):
    """The link is over."""


class Code:
    """A setup code or an invitation."""

    def __init__(self, secret_id, secret, fingerprint):
        self.id, self.secret, self.fingerprint = secret_id, secret, fingerprint

    @classmethod
    def parse(cls, text):
        digits = text.removeprefix("MORTISE:")
        content = base64.b32decode(digits + "=" * (-len(digits) % 8))
        assert len(content) == 46 and hashlib.sha256(content[:42]).digest()[:4] == content[42:], text
        return cls(content[2:10], content[10:26], content[26:42])

    @property
    def psk(self):
        extracted = hmac.new(bytes(32), self.secret, hashlib.sha256).digest()
        return hmac.new(extracted, b"mortise pairing psk\x01", hashlib.sha256).digest()


def recognises(tag_key, tag):
    """Whether an advertisement's tag is of the lock with this tag key."""
    return hmac.new(tag_key, tag[:3], hashlib.sha256).digest()[:2] == tag[3:]


def frame(content):
    return len(content).to_bytes(2, "big") + content


class Identity:
    """A phone's key, and the locks that it knows."""

    def __init__(self, name):
        self.name = name
        self.private = secrets.token_bytes(32)
        # The lock's static key, once paired, and the key of its tags.
        self.lock = None
        self.tag_key = None
        # Its number in the lock.
        self.number = None

    @property
    def public(self):
        key = X25519PrivateKey.from_private_bytes(self.private).public_key()
        return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


class Pieces:
    """A GATT session as a stream of any length."""

    def __init__(self, session):
        self.session = session
        self.size = (session.mtu or 23) - 3

    async def write(self, data):
        for start in range(0, len(data), self.size):
            await self.session.write(data[start : start + self.size])

    async def read(self, count, seconds):
        return await self.session.read(count, seconds)


def handshake(identity, purpose, fingerprint, secret_id=b"", psk=None):
    """Noise, ready for its first message, and the opening that goes before that."""
    opening = bytes([1, purpose]) + secret_id
    pattern = "IK" if purpose == SESSION else "XXpsk0"
    noise = NoiseConnection.from_name(f"Noise_{pattern}_25519_AESGCM_SHA256".encode())
    noise.set_as_initiator()
    noise.set_prologue(b"Mortise" + opening + fingerprint)
    if psk:
        noise.set_psks(psk)
    noise.set_keypair_from_private_bytes(Keypair.STATIC, identity.private)
    if purpose == SESSION:
        noise.set_keypair_from_public_bytes(Keypair.REMOTE_STATIC, identity.lock)
    noise.start_handshake()
    return noise, opening


class Client:
    """An open channel. Answers find their requests by their ids; what the lock says unasked is in `events`."""

    def __init__(self, stream, identity):
        self.stream, self.identity = stream, identity
        self.noise = None
        self.waiting = {}
        self.events = []
        self.news = asyncio.Event()
        self.reader = None
        self.goodbye = None
        # Every frame that was sent: for whoever wants to send it again.
        self.sent = []
        # And what came last.
        self.heard = []
        # Frames go out whole, in the order of their counters.
        self.turn = asyncio.Lock()

    @classmethod
    async def session(cls, stream, identity, seconds=PATIENCE):
        """As a phone that has a key. Opens; whether it is let in shows with the first answer."""
        self = cls(stream, identity)
        self.noise, opening = handshake(identity, SESSION, hashlib.sha256(identity.lock).digest()[:16])
        await self.put(opening + bytes(self.noise.write_message()))
        self.noise.read_message(await self.greeting(seconds))
        self.reader = asyncio.ensure_future(self.listen())
        return self

    @classmethod
    async def pairing(cls, stream, identity, code, seconds=PATIENCE):
        """As a phone that wants one. `pair` is next."""
        self = cls(stream, identity)
        self.noise, opening = handshake(identity, PAIRING, code.fingerprint, code.id, code.psk)
        await self.put(opening + bytes(self.noise.write_message()))
        self.noise.read_message(await self.greeting(seconds))
        protocol = self.noise.noise_protocol
        lock = protocol.handshake_state.rs.public_bytes
        if code.id != SETUP:
            assert hashlib.sha256(lock).digest()[:16] == code.fingerprint, "another lock than the code's"
        await self.put(bytes(self.noise.write_message()))
        identity.lock = lock
        self.reader = asyncio.ensure_future(self.listen())
        return self

    async def pair(self):
        answer = await self.ask(pair=pb.Pair(name=self.identity.name))
        if answer.WhichOneof("outcome") == "key":
            self.identity.number = answer.key.id
        return answer

    async def greet(self):
        """Says hello; keeps what a phone keeps."""
        answer = await self.ask(hello=pb.Hello())
        assert answer.WhichOneof("outcome") == "welcome", answer
        self.identity.tag_key = answer.welcome.tag_key
        return answer.welcome

    # Frames

    async def put(self, content):
        data = frame(content)
        self.sent.append(data)
        await self.stream.write(data)

    async def get(self, seconds):
        count = int.from_bytes(await self.stream.read(2, seconds), "big")
        assert 1 <= count <= 4112, count
        return await self.stream.read(count, seconds)

    async def greeting(self, seconds):
        """The Noise message in the lock's answer to the opening."""
        answer = await self.get(seconds)
        if answer[0] == 0:
            assert len(answer) == 4, answer.hex()
            raise Refused(answer[1], int.from_bytes(answer[2:], "big"))
        assert answer[0] == 1, answer.hex()
        return answer[1:]

    # Messages

    async def listen(self):
        error = Gone("the link is over")
        try:
            while True:
                content = await self.get(86400)
                self.heard = [content]
                if len(content) == 4 and content[0] == 0:
                    raise Refused(content[1], int.from_bytes(content[2:], "big"))
                message = pb.FromLock()
                message.ParseFromString(bytes(self.noise.decrypt(content)))
                if message.WhichOneof("message") == "answer":
                    waiting = self.waiting.pop(message.answer.id, None)
                    # One that nobody waits for is none of ours.
                    assert waiting, f"an answer to nobody: {message}"
                    if not waiting.done():
                        waiting.set_result(message.answer)
                else:
                    self.events.append(message.event)
                    if message.event.WhichOneof("event") == "goodbye":
                        self.goodbye = message.event.goodbye.reason
                        raise Gone(f"goodbye, reason {self.goodbye}")
                    self.news.set()
        except asyncio.CancelledError:
            raise
        except Exception as caught:
            error = caught
        for waiting in self.waiting.values():
            if not waiting.done():
                waiting.set_exception(error)
        self.waiting = {}
        self.news.set()

    async def begin(self, request_id=None, **ask):
        """Asks; returns what the answer can be awaited from."""
        request = pb.Request(id=request_id or secrets.randbits(63) or 1, **ask)
        if self.reader.done():
            raise Gone(f"the link is over (goodbye {self.goodbye})")
        answer = asyncio.get_running_loop().create_future()
        self.waiting[request.id] = answer
        async with self.turn:
            await self.put(bytes(self.noise.encrypt(request.SerializeToString())))
        return answer

    async def ask(self, seconds=PATIENCE, request_id=None, **ask):
        return await asyncio.wait_for(await self.begin(request_id, **ask), seconds)

    async def ended(self, seconds):
        """Waits for the end of the channel; returns the reason of the lock's goodbye."""
        await asyncio.wait_for(asyncio.wait([self.reader]), seconds)
        return self.goodbye

    def drop(self):
        if self.reader:
            self.reader.cancel()

    # What is asked often

    async def move(self, direction):
        """Locks or unlocks. An emulated disk whose host is busy may not answer within the 150 ms that the lock waits for it; a
        person would try again, and so does this."""
        for _ in range(4):
            answer = await self.ask(**{direction: getattr(pb, direction.capitalize())()})
            if fault(answer) != pb.FAULT_JOURNAL_UNAVAILABLE:
                break
        return answer

    async def lock(self):
        return await self.move("lock")

    async def unlock(self):
        return await self.move("unlock")

    async def log(self, since=0, limit=500):
        """All entries, page by page."""
        entries = []
        while True:
            answer = await self.ask(read_log=pb.ReadLog(since=since, limit=limit))
            assert answer.WhichOneof("outcome") == "log", answer
            entries += answer.log.entries
            if not answer.log.entries or entries[-1].number >= answer.log.last:
                return entries
            since = entries[-1].number


def outcome(answer):
    return answer.WhichOneof("outcome")


def fault(answer):
    """The code of a refusal or a failure; 0: it is neither."""
    outcome = answer.WhichOneof("outcome")
    return getattr(answer, outcome).fault if outcome in ("refused", "failed") else 0


def state(answer):
    return answer.moved.state if answer.WhichOneof("outcome") == "moved" else None
