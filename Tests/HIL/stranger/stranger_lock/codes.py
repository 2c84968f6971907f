"""Setup codes and invitations: text (or the content of a QR code) to fields and back (section 6)."""

from __future__ import annotations

import base64
import binascii
import enum
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Final

from .errors import CodeError

PREFIX: Final = "MORTISE:"
VERSION: Final = 1
SIZE: Final = 46
CHECK_SIZE: Final = 4
FINGERPRINT_SIZE: Final = 16
SETUP_ID: Final = bytes(8)

_TEXT_SIZE: Final = 74  # 46 bytes are 368 bits: 74 characters of 5 bits, the last two bits of padding.
_PSK_INFO: Final = b"mortise pairing psk"


class CodeKind(enum.IntEnum):
    SETUP = 1
    INVITATION = 2


def fingerprint(static_public_key: bytes) -> bytes:
    """A lock's fingerprint: the first 16 bytes of SHA-256 of its static public key."""
    return hashlib.sha256(static_public_key).digest()[:FINGERPRINT_SIZE]


@dataclass(frozen=True)
class Code:
    """A setup code or an invitation.  Whoever has it may pair: do not log it (``repr`` leaves the secret out)."""

    kind: CodeKind
    id: bytes
    secret: bytes = field(repr=False)
    fingerprint: bytes

    def __post_init__(self) -> None:
        if (len(self.id), len(self.secret), len(self.fingerprint)) != (8, 16, FINGERPRINT_SIZE):
            raise CodeError("a code has 8 bytes of id, 16 of secret and 16 of fingerprint")
        if (self.kind is CodeKind.SETUP) != (self.id == SETUP_ID):
            raise CodeError("a setup code's id is zero, and an invitation's is not")

    # -- Text ----------------------------------------------------------------------------------------------------------

    @classmethod
    def parse(cls, text: str) -> Code:
        """Reads what somebody has typed, pasted or scanned.  Case, white space, hyphens and a missing prefix do
        not matter.
        """
        compact = "".join(text.split()).replace("-", "")
        if not compact.isascii():  # Before upper(), for which a long s, for example, is an S.
            raise CodeError("a code consists of the letters A to Z and the digits 2 to 7")
        compact = compact.upper()
        body = compact.removeprefix(PREFIX)
        if len(body) != _TEXT_SIZE:
            raise CodeError(f"a code has {_TEXT_SIZE} characters behind {PREFIX}, and here are {len(body)}")
        try:
            raw = base64.b32decode(body + "=" * (-len(body) % 8))
        except (binascii.Error, ValueError) as error:
            raise CodeError("a code consists of the letters A to Z and the digits 2 to 7") from error
        if _base32(raw) != body:
            # The last character carries two bits that mean nothing.  Only zeros are what a lock writes, and the check
            # does not cover them.
            raise CodeError("the code's last character is not one that it can end with")
        return cls.from_bytes(raw)

    def to_text(self) -> str:
        return PREFIX + _base32(bytes(self))

    # -- Bytes ---------------------------------------------------------------------------------------------------------

    @classmethod
    def from_bytes(cls, raw: bytes) -> Code:
        if len(raw) != SIZE:
            raise CodeError(f"a code has {SIZE} bytes")
        covered, check = raw[:-CHECK_SIZE], raw[-CHECK_SIZE:]
        if _check(covered) != check:  # First: of a mistyped code nothing else is worth saying.
            raise CodeError("the code is mistyped or damaged")
        if covered[0] != VERSION:
            raise CodeError(f"the code is of version {covered[0]}, which is not known here")
        try:
            kind = CodeKind(covered[1])
        except ValueError as error:
            raise CodeError(f"the code is of kind {covered[1]}, which is not known here") from error
        return cls(kind, covered[2:10], covered[10:26], covered[26:42])

    def __bytes__(self) -> bytes:
        covered = bytes([VERSION, self.kind]) + self.id + self.secret + self.fingerprint
        return covered + _check(covered)

    # -- What follows from it ------------------------------------------------------------------------------------------

    @property
    def number(self) -> int:
        """The id as in ``Invitation.id`` and ``WithdrawInvitation.id``."""
        return int.from_bytes(self.id, "big")

    def pre_shared_key(self) -> bytes:
        """HKDF-SHA-256 (RFC 5869) of the secret, without salt; one block of output is all that it takes."""
        extracted = hmac.digest(bytes(hashlib.sha256().digest_size), self.secret, "sha256")
        return hmac.digest(extracted, _PSK_INFO + b"\x01", "sha256")


def _check(covered: bytes) -> bytes:
    return hashlib.sha256(covered).digest()[:CHECK_SIZE]


def _base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode("ascii").rstrip("=")
