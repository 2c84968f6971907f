"""Everything that this package raises on purpose.

``StrangerLockError`` is the root.  Errors of the *channel* (framing, cryptography, refusals) end a link; errors of a
*request* do not.
"""

from __future__ import annotations

import enum
from typing import Final

from . import lock_pb2 as pb


class StrangerLockError(Exception):
    """Root of all errors of this package."""


class CodeError(StrangerLockError, ValueError):
    """A setup code or an invitation is mistyped, damaged or of a version that is not known here."""


# ---- The channel: each of these is the end of a link -----------------------------------------------------------------


class ChannelError(StrangerLockError):
    """The channel could not be opened, or has broken."""


class FramingError(ChannelError):
    """A frame of length 0, of a length beyond the limit, or the stream ended inside of a frame."""


class HandshakeError(ChannelError):
    """The other side's handshake message is malformed or not authentic."""


class DecryptionError(ChannelError):
    """A frame does not decrypt: forged, replayed, reordered or damaged."""


class WrongLockError(HandshakeError):
    """The lock knows the invitation's secret, but its static key is not the one the invitation names."""


class LinkEnded(ChannelError):
    """The stream ended between two frames, or was closed on this side."""

    def __init__(self, message: str = "the link has ended", goodbye: int | None = None) -> None:
        super().__init__(message)
        #: The ``GoodbyeReason`` of the lock, where it has said goodbye.
        self.goodbye = goodbye


#: How many seconds of a refusal a phone waits: anybody could have said them.
BELIEVED_SECONDS: Final = 60


class RefusalReason(enum.IntEnum):
    """Why the lock has refused to open a channel (section 5)."""

    VERSION = 1
    NOT_NOW = 2
    PAIRING_CLOSED = 3
    NOT_ACCEPTED = 4


class ChannelRefused(ChannelError):
    """The lock, *or anybody in between*, has refused the channel.

    A refusal is not authentic.  Try again; never delete a key, fall back to another version or tell the user that the
    key is revoked because of it.
    """

    def __init__(self, reason: int, detail: int) -> None:
        self.reason = RefusalReason(reason)
        super().__init__(f"refused: {self.reason.name} (detail {detail})")
        self.detail = detail

    @property
    def retry_after_seconds(self) -> int | None:
        """What it says; a hint for people.  Whoever waits for it waits ``BELIEVED_SECONDS`` at most."""
        return self.detail if self.reason == RefusalReason.NOT_NOW else None

    @property
    def believed_seconds(self) -> int:
        """For how long a program waits because of it."""
        return min(self.retry_after_seconds or 0, BELIEVED_SECONDS)


# ---- Requests --------------------------------------------------------------------------------------------------------


class RequestError(StrangerLockError):
    """A request was answered, and not with success; or it could not be asked."""


class RequestTooLarge(RequestError, ValueError):
    """The request does not fit into one message of 1,024 bytes."""


class RequestRefused(RequestError):
    """``Refused``: it was not begun and has changed nothing (or its stroke was given up for a newer command)."""

    def __init__(self, refused: pb.Refused) -> None:
        super().__init__(
            f"{fault_name(refused.fault)}: {refused.complaint}" if refused.complaint else fault_name(refused.fault)
        )
        self.fault: int = refused.fault
        self.complaint: str = refused.complaint
        self.retry_after_seconds: int | None = refused.retry_after_seconds or None


class RequestFailed(RequestError):
    """``Failed``: it was begun and did not succeed."""

    def __init__(self, failed: pb.Failed) -> None:
        super().__init__(fault_name(failed.fault))
        self.fault: int = failed.fault
        self.finding: int = failed.finding


class OutcomeUnknown(RequestError):
    """The request was sent, and no answer could be had: it may or may not have been carried out."""


class UnexpectedAnswer(RequestError):
    """The request was answered with something that this client cannot use (of a newer version, perhaps)."""


def fault_name(fault: int) -> str:
    """The fault's name; of one that this version does not know, its number."""
    value = pb.Fault.DESCRIPTOR.values_by_number.get(fault)
    return value.name if value is not None else f"FAULT_{fault}"
