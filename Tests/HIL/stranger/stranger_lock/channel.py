"""The phone's side of the channel, without input and output (section 5).

Feed ``PhoneChannel`` what the link brings, look at the events, send what ``take_output`` returns::

    channel = PhoneChannel(SessionPurpose(my_keys, lock_public_key))
    write(channel.start())
    while True:
        for event in channel.receive(read()):
            match event:
                case Opened(): write(channel.send(b"..."))
                case Message(content): ...
                case Closed(error): raise error
        write(channel.take_output())

Nothing that the lock, or somebody in its place, sends makes ``receive`` raise: what is wrong with it is the last event,
behind the messages that came before and were good.
"""

from __future__ import annotations

import enum
import hmac
from dataclasses import dataclass
from typing import Final, TypeAlias

from .codes import Code, CodeKind, fingerprint
from .errors import (
    ChannelError,
    ChannelRefused,
    FramingError,
    HandshakeError,
    LinkEnded,
    RefusalReason,
    WrongLockError,
)
from .framing import (
    HANDSHAKE_LIMIT,
    LOCK_FRAME_LIMIT,
    PHONE_FRAME_LIMIT,
    PHONE_MESSAGE_LIMIT,
    FrameDecoder,
    encode_frame,
)
from .noise import IK, XXPSK0, HandshakeState, KeyPair, Transport

VERSION: Final = 1
_PROLOGUE: Final = b"Mortise"
_REFUSAL_SIZE: Final = 4
_PURPOSE_SESSION: Final = 1
_PURPOSE_PAIRING: Final = 2


# ---- What for --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SessionPurpose:
    """For a phone that has a key in the lock."""

    keys: KeyPair
    lock_public_key: bytes

    def opening(self) -> bytes:
        return bytes([VERSION, _PURPOSE_SESSION])


@dataclass(frozen=True)
class PairingPurpose:
    """For a phone that wants a key in the lock, and has been shown a code."""

    keys: KeyPair
    code: Code

    def opening(self) -> bytes:
        return bytes([VERSION, _PURPOSE_PAIRING]) + self.code.id


Purpose: TypeAlias = SessionPurpose | PairingPurpose


def prologue(opening: bytes, lock_fingerprint: bytes) -> bytes:
    return _PROLOGUE + opening + lock_fingerprint


# ---- Events ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Opened:
    """The channel is open.

    When pairing, keep the two keys *before* ``take_output`` is sent: it holds the handshake's last message, and from
    there on the lock may know the phone while the phone, if it crashes, does not know the lock.
    """

    lock_public_key: bytes


@dataclass(frozen=True)
class Message:
    """One transport message of the lock, decrypted."""

    content: bytes


@dataclass(frozen=True)
class Closed:
    """The last event: the link is of no use any more."""

    error: ChannelError


ChannelEvent: TypeAlias = Opened | Message | Closed


class _State(enum.Enum):
    NEW = enum.auto()
    HANDSHAKE = enum.auto()
    OPEN = enum.auto()
    CLOSED = enum.auto()


# ---- The machine -----------------------------------------------------------------------------------------------------


class PhoneChannel:
    def __init__(self, purpose: Purpose, *, ephemeral: KeyPair | None = None) -> None:
        """``ephemeral`` is for tests with fixed bytes only."""
        self._purpose = purpose
        self._opening = purpose.opening()
        self._decoder = FrameDecoder(HANDSHAKE_LIMIT)
        self._output = bytearray()
        self._transport: Transport | None = None
        self._state = _State.NEW
        self._has_heard = False  # A transport message of the lock.
        match purpose:
            case SessionPurpose(keys, lock_public_key):
                self._handshake = HandshakeState(
                    IK,
                    initiator=True,
                    prologue=prologue(self._opening, fingerprint(lock_public_key)),
                    static=keys,
                    remote_static=lock_public_key,
                    ephemeral=ephemeral,
                )
            case PairingPurpose(keys, code):
                self._handshake = HandshakeState(
                    XXPSK0,
                    initiator=True,
                    prologue=prologue(self._opening, code.fingerprint),
                    static=keys,
                    psk=code.pre_shared_key(),
                    ephemeral=ephemeral,
                )

    @property
    def is_open(self) -> bool:
        return self._state is _State.OPEN

    @property
    def is_closed(self) -> bool:
        return self._state is _State.CLOSED

    def start(self) -> bytes:
        """The first frame: the opening and Noise's first message.

        ``HandshakeError`` where the lock's static key is one that nothing secret can be shared with.
        """
        if self._state is not _State.NEW:
            raise RuntimeError("the channel has been started already")
        try:
            frame = encode_frame(self._opening + self._handshake.write(), HANDSHAKE_LIMIT)
        except HandshakeError:
            self._close()
            raise
        self._state = _State.HANDSHAKE
        return frame

    def receive(self, piece: bytes) -> list[ChannelEvent]:
        """What comes of a piece of the link's stream.  After ``Closed`` everything is ignored."""
        events: list[ChannelEvent] = []
        if self._state is _State.CLOSED:
            return events
        if self._state is _State.NEW:
            raise RuntimeError("the channel has not been started")
        self._decoder.feed(piece)
        try:
            while (frame := self._decoder.next()) is not None:
                events.append(self._handle(frame))
        except ChannelError as error:
            self._close()
            events.append(Closed(error))
        return events

    def receive_end(self) -> list[ChannelEvent]:
        """The link's stream has ended."""
        if self._state is _State.CLOSED:
            return []
        error: ChannelError = LinkEnded()
        if self._decoder.is_inside_frame:
            error = FramingError("the link ended inside of a frame")
        self._close()
        return [Closed(error)]

    def take_output(self) -> bytes:
        """What the handshake has to say (when pairing, its third message).  Empty most of the time."""
        output = bytes(self._output)
        self._output.clear()
        return output

    def send(self, content: bytes) -> bytes:
        """One transport message as a frame, behind whatever ``take_output`` would have returned.

        Frames must be written in the order in which they were made.
        """
        if self._transport is None or self._state is not _State.OPEN:
            raise LinkEnded("the channel is not open")
        if len(content) > PHONE_MESSAGE_LIMIT:
            raise ValueError(f"a message has at most {PHONE_MESSAGE_LIMIT} bytes, and this has {len(content)}")
        return self.take_output() + encode_frame(self._transport.sending.encrypt(b"", content), PHONE_FRAME_LIMIT)

    # -- Inside --------------------------------------------------------------------------------------------------------

    def _handle(self, frame: bytes) -> ChannelEvent:
        if self._transport is not None:
            if not self._has_heard and len(frame) == _REFUSAL_SIZE and frame[0] == 0:
                raise _refusal(frame)  # Of message 3 or the first request; no transport message is that short.
            content = self._transport.receiving.decrypt(b"", frame)
            self._has_heard = True
            return Message(content)
        match frame[0]:
            case 0:  # It refuses.
                raise _refusal(frame)
            case 1:  # A Noise message.
                return self._finish(frame[1:])
            case other:
                raise HandshakeError(f"the lock's answer begins with {other:02x}, which means nothing")

    def _finish(self, message: bytes) -> Opened:
        """The lock's only handshake message, the second; the third, when pairing, is for the output."""
        if self._handshake.read(message):
            raise HandshakeError("the lock's handshake message carries a payload")
        lock_public_key = self._handshake.remote_static
        assert lock_public_key is not None
        if isinstance(self._purpose, PairingPurpose):
            self._check_identity(self._purpose.code, lock_public_key)
            self._output += encode_frame(self._handshake.write(), HANDSHAKE_LIMIT)
        self._transport = self._handshake.split()
        self._decoder.limit = LOCK_FRAME_LIMIT
        self._state = _State.OPEN
        return Opened(lock_public_key)

    @staticmethod
    def _check_identity(code: Code, lock_public_key: bytes) -> None:
        """Before this phone's own key goes out: an invitation names the lock.  A label may be older than the lock's
        key.
        """
        if code.kind is CodeKind.INVITATION and not hmac.compare_digest(fingerprint(lock_public_key), code.fingerprint):
            raise WrongLockError("the lock's key is not the one that the invitation names")

    def _close(self) -> None:
        self._state = _State.CLOSED
        self._transport = None
        self._output.clear()


def _refusal(frame: bytes) -> ChannelError:
    """Zero, a reason and two bytes of detail.  Anything else is the link's end and no more."""
    if len(frame) != _REFUSAL_SIZE:
        return HandshakeError(f"the lock's refusal has {len(frame)} bytes, not {_REFUSAL_SIZE}")
    if frame[1] not in RefusalReason.__members__.values():
        return HandshakeError(f"the lock refuses for reason {frame[1]}, which is not known here")
    return ChannelRefused(frame[1], int.from_bytes(frame[2:], "big"))


__all__ = [
    "ChannelEvent",
    "Closed",
    "Message",
    "Opened",
    "PairingPurpose",
    "PhoneChannel",
    "Purpose",
    "SessionPurpose",
    "prologue",
]
