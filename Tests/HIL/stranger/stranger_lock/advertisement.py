"""What a lock's advertisement says (section 2)."""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

SERVICE_UUID: Final = uuid.UUID("6d9e0001-5a0f-4c58-9b7e-2f3c8a41d6b5")
COMPANY: Final = 0xFFFF

_COMPLETE_LIST_OF_128_BIT_UUIDS: Final = 0x07
_MANUFACTURER_DATA: Final = 0xFF
TAG_KEY_SIZE: Final = 16
_NONCE_SIZE: Final = 3
_TAG_SIZE: Final = 5


@dataclass(frozen=True)
class Advertisement:
    #: The protocol's version.  An advertisement of another version is reported, not hidden: the lock is there.
    version: int
    #: Whether pairing with the setup code is open.  Nobody vouches for it: it is for what a program shows, not for what
    #: it does.
    is_pairing_open: bool
    #: Five bytes, which say to phones that hold a key there which lock it is: ``is_of``.
    tag: bytes

    def is_of(self, tag_key: bytes) -> bool:
        """Whether it is the lock with this tag key, of which ``Welcome.tag_key`` is the newest.

        One of 65,536 others matches by chance; only the handshake says for certain.
        """
        if len(tag_key) != TAG_KEY_SIZE or len(self.tag) != _TAG_SIZE:
            return False
        return hmac.compare_digest(tag(tag_key, self.tag[:_NONCE_SIZE]), self.tag)

    @classmethod
    def parse(cls, data: bytes) -> Advertisement | None:
        """Of the bytes of the advertising data; ``None`` where it is not a lock's, or is malformed."""
        is_lock = False
        manufacturer: bytes | None = None
        for kind, content in _structures(data):
            if kind == _COMPLETE_LIST_OF_128_BIT_UUIDS:
                uuids = (content[at : at + 16] for at in range(0, len(content), 16))
                is_lock = is_lock or SERVICE_UUID.bytes[::-1] in uuids  # On air the least significant byte is first.
            elif kind == _MANUFACTURER_DATA and content[:2] == COMPANY.to_bytes(2, "little"):
                manufacturer = content[2:]
        return cls.from_parts(manufacturer) if is_lock and manufacturer is not None else None

    @classmethod
    def from_parts(cls, manufacturer_data: bytes) -> Advertisement | None:
        """For BLE stacks that take advertisements apart themselves: the data of company ``FFFF``, without the company.

        The caller has found ``SERVICE_UUID`` among the services; ``FFFF`` alone is anybody's.
        """
        if len(manufacturer_data) < 1 + _TAG_SIZE:
            return None
        flags = manufacturer_data[0]
        return cls(flags & 0x0F, bool(flags & 0x80), manufacturer_data[1 : 1 + _TAG_SIZE])


def tag(tag_key: bytes, nonce: bytes) -> bytes:
    """The tag with these three random bytes."""
    return nonce + hmac.digest(tag_key, nonce, "sha256")[: _TAG_SIZE - _NONCE_SIZE]


def _structures(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Length, type, content; up to a length of 0, the end, or one that is cut off."""
    at = 0
    while at < len(data) and (length := data[at]) > 0 and at + 1 + length <= len(data):
        yield data[at + 1], data[at + 2 : at + 1 + length]
        at += 1 + length
