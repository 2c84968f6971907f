"""A client for smart locks that speak the Mortise protocol, version 1; written from the protocol's page and
``lock.proto`` alone.
"""

from . import lock_pb2 as messages
from .advertisement import SERVICE_UUID, Advertisement
from .channel import Closed, Message, Opened, PairingPurpose, PhoneChannel, SessionPurpose
from .client import Credentials, LockClient, pair
from .codes import Code, CodeKind, fingerprint
from .errors import (
    ChannelError,
    ChannelRefused,
    CodeError,
    DecryptionError,
    FramingError,
    HandshakeError,
    LinkEnded,
    OutcomeUnknown,
    RefusalReason,
    RequestError,
    RequestFailed,
    RequestRefused,
    RequestTooLarge,
    StrangerLockError,
    UnexpectedAnswer,
    WrongLockError,
)
from .noise import KeyPair
from .session import Session
from .streams import (
    ByteStream,
    GattCalls,
    GattStream,
    L2capCalls,
    L2capStream,
    LockInfo,
    NoAnswerFree,
    UnixStream,
    UnusableInfo,
)

__all__ = [
    "SERVICE_UUID", "Advertisement", "ByteStream", "ChannelError", "ChannelRefused", "Closed", "Code", "CodeError",
    "CodeKind", "Credentials", "DecryptionError", "FramingError", "GattCalls", "GattStream", "HandshakeError",
    "KeyPair", "L2capCalls", "L2capStream", "LinkEnded", "LockClient", "LockInfo", "Message", "NoAnswerFree", "Opened",
    "OutcomeUnknown", "PairingPurpose", "PhoneChannel", "RefusalReason", "RequestError", "RequestFailed",
    "RequestRefused", "RequestTooLarge", "Session", "SessionPurpose", "StrangerLockError", "UnexpectedAnswer",
    "UnixStream", "UnusableInfo", "WrongLockError", "fingerprint", "messages", "pair",
]  # fmt: skip
