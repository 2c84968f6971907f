"""The Noise Protocol Framework, revision 34: what this protocol needs of it.

Two handshakes, ``Noise_IK_25519_AESGCM_SHA256`` and ``Noise_XXpsk0_25519_AESGCM_SHA256``, in both roles.  Names and
structure follow sections 5 to 9 of the specification, so that the two can be laid side by side; the primitives come
from ``cryptography``.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .errors import DecryptionError, HandshakeError

DHLEN: Final = 32
HASHLEN: Final = 32
TAGLEN: Final = 16

#: 2^64 - 1 is reserved by the specification (section 5.1); a cipher that arrives there must not be used any more.
MAX_NONCE: Final = 2**64 - 1


@dataclass(frozen=True)
class KeyPair:
    """An X25519 key pair; raw bytes, as they are stored and sent."""

    private: bytes = field(repr=False)
    public: bytes

    @classmethod
    def generate(cls) -> KeyPair:
        return cls.from_private(X25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def from_private(cls, private: bytes) -> KeyPair:
        if len(private) != DHLEN:
            raise ValueError("an X25519 private key has 32 bytes")
        return cls(private, X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw())


def dh(pair: KeyPair, public: bytes) -> bytes:
    """``DH()`` (section 4.1), which refuses a shared secret that is all zeros."""
    try:
        secret = X25519PrivateKey.from_private_bytes(pair.private).exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError as error:  # OpenSSL itself refuses points of low order.
        raise HandshakeError("the shared secret is all zeros") from error
    if not any(secret):  # For other backends: the protocol asks for it, whoever computes.
        raise HandshakeError("the shared secret is all zeros")
    return secret


def hkdf(chaining_key: bytes, input_key_material: bytes, outputs: int) -> list[bytes]:
    """``HKDF()`` (section 4.3): two or three outputs of ``HASHLEN`` bytes."""
    temp_key = hmac.digest(chaining_key, input_key_material, "sha256")
    result: list[bytes] = []
    previous = b""
    for number in range(1, outputs + 1):
        previous = hmac.digest(temp_key, previous + bytes([number]), "sha256")
        result.append(previous)
    return result


class CipherState:
    """Section 5.1.  Without a key it passes everything through."""

    def __init__(self, key: bytes | None = None) -> None:
        self._aead = AESGCM(key) if key is not None else None
        self.nonce = 0

    @property
    def has_key(self) -> bool:
        return self._aead is not None

    def _next_nonce(self) -> bytes:
        if self.nonce >= MAX_NONCE:
            raise DecryptionError("the counter is used up")
        # Section 12.4: AESGCM has 32 bits of zeros, then the counter, big-endian.
        return bytes(4) + self.nonce.to_bytes(8, "big")

    def encrypt(self, associated_data: bytes, plaintext: bytes) -> bytes:
        if self._aead is None:
            return plaintext
        ciphertext = self._aead.encrypt(self._next_nonce(), plaintext, associated_data)
        self.nonce += 1
        return ciphertext

    def decrypt(self, associated_data: bytes, ciphertext: bytes) -> bytes:
        """The plaintext.  Where that fails the counter stays, as the specification has it."""
        if self._aead is None:
            return ciphertext
        nonce = self._next_nonce()
        if len(ciphertext) < TAGLEN:
            raise DecryptionError("the message is shorter than its tag")
        try:
            plaintext = self._aead.decrypt(nonce, ciphertext, associated_data)
        except InvalidTag as error:
            raise DecryptionError("the message is not authentic") from error
        self.nonce += 1
        return plaintext


class SymmetricState:
    """Section 5.2."""

    def __init__(self, protocol_name: bytes) -> None:
        if len(protocol_name) <= HASHLEN:
            self.h = protocol_name.ljust(HASHLEN, b"\0")
        else:
            self.h = hashlib.sha256(protocol_name).digest()
        self.ck = self.h
        self.cipher = CipherState()

    def mix_key(self, input_key_material: bytes) -> None:
        self.ck, key = hkdf(self.ck, input_key_material, 2)
        self.cipher = CipherState(key)

    def mix_hash(self, data: bytes) -> None:
        self.h = hashlib.sha256(self.h + data).digest()

    def mix_key_and_hash(self, input_key_material: bytes) -> None:
        self.ck, temp_h, key = hkdf(self.ck, input_key_material, 3)
        self.mix_hash(temp_h)
        self.cipher = CipherState(key)

    def encrypt_and_hash(self, plaintext: bytes) -> bytes:
        ciphertext = self.cipher.encrypt(self.h, plaintext)
        self.mix_hash(ciphertext)
        return ciphertext

    def decrypt_and_hash(self, ciphertext: bytes) -> bytes:
        plaintext = self.cipher.decrypt(self.h, ciphertext)
        self.mix_hash(ciphertext)
        return plaintext

    def split(self) -> tuple[CipherState, CipherState]:
        first, second = hkdf(self.ck, b"", 2)
        return CipherState(first), CipherState(second)


@dataclass(frozen=True)
class Pattern:
    """A handshake pattern (section 7).  Of pre-messages only the responder's static key occurs here."""

    name: str
    responder_static_is_known: bool
    messages: tuple[tuple[str, ...], ...]

    @property
    def uses_psk(self) -> bool:
        return any("psk" in message for message in self.messages)

    @property
    def protocol_name(self) -> bytes:
        return f"Noise_{self.name}_25519_AESGCM_SHA256".encode()


IK: Final = Pattern("IK", True, (("e", "es", "s", "ss"), ("e", "ee", "se")))
XXPSK0: Final = Pattern("XXpsk0", False, (("psk", "e"), ("e", "ee", "s", "es"), ("s", "se")))


@dataclass
class Transport:
    """What a handshake leaves behind: a cipher for either direction, as this side sees it."""

    sending: CipherState
    receiving: CipherState
    handshake_hash: bytes


class HandshakeState:
    """Section 5.3.  Payloads are whatever the caller says; this protocol has only empty ones.

    Write and read in turns; when ``is_complete``, take ``split()``.  Any exception leaves the state unusable: drop it.
    """

    def __init__(
        self,
        pattern: Pattern,
        *,
        initiator: bool,
        prologue: bytes,
        static: KeyPair,
        remote_static: bytes | None = None,
        psk: bytes | None = None,
        ephemeral: KeyPair | None = None,
    ) -> None:
        """``ephemeral`` is for tests with fixed bytes only; without it a fresh one is made, as it must be."""
        if pattern.uses_psk != (psk is not None) or (psk is not None and len(psk) != 32):
            raise ValueError(f"{pattern.name} and the pre-shared key do not go together")
        self._pattern = pattern
        self._initiator = initiator
        self._psk = psk
        self._s = static
        self._e = ephemeral
        self._re: bytes | None = None
        self.remote_static: bytes | None = None
        self._remaining: list[Sequence[str]] = list(pattern.messages)
        self._writes_next = initiator

        self._symmetric = SymmetricState(pattern.protocol_name)
        self._symmetric.mix_hash(prologue)
        if pattern.responder_static_is_known:
            if initiator:
                if remote_static is None or len(remote_static) != DHLEN:
                    raise ValueError(f"{pattern.name} needs the responder's static key, 32 bytes")
                self.remote_static = remote_static
            self._symmetric.mix_hash(remote_static if initiator and remote_static is not None else static.public)

    @property
    def is_complete(self) -> bool:
        return not self._remaining

    def write(self, payload: bytes = b"") -> bytes:
        tokens = self._begin(writing=True)
        message = bytearray()
        for token in tokens:
            if token == "e":
                self._e = self._e or KeyPair.generate()
                message += self._e.public
                self._mix_ephemeral(self._e.public)
            elif token == "s":
                message += self._symmetric.encrypt_and_hash(self._s.public)
            else:
                self._mix_shared(token)
        message += self._symmetric.encrypt_and_hash(payload)
        return bytes(message)

    def read(self, message: bytes) -> bytes:
        """The payload.  ``HandshakeError`` if the message is malformed or not authentic."""
        tokens = self._begin(writing=False)
        rest = memoryview(message)

        def take(count: int) -> bytes:
            nonlocal rest
            if len(rest) < count:
                raise HandshakeError("the handshake message is too short")
            taken, rest = bytes(rest[:count]), rest[count:]
            return taken

        try:
            for token in tokens:
                if token == "e":
                    self._re = take(DHLEN)
                    self._mix_ephemeral(self._re)
                elif token == "s":
                    sealed = take(DHLEN + (TAGLEN if self._symmetric.cipher.has_key else 0))
                    self.remote_static = self._symmetric.decrypt_and_hash(sealed)
                else:
                    self._mix_shared(token)
            return self._symmetric.decrypt_and_hash(bytes(rest))
        except DecryptionError as error:
            raise HandshakeError("the handshake message is not authentic") from error

    def split(self) -> Transport:
        if not self.is_complete:
            raise RuntimeError("the handshake is not complete")
        first, second = self._symmetric.split()
        sending, receiving = (first, second) if self._initiator else (second, first)
        return Transport(sending, receiving, self._symmetric.h)

    # -- Tokens --------------------------------------------------------------------------------------------------------

    def _begin(self, *, writing: bool) -> Sequence[str]:
        if self.is_complete or writing != self._writes_next:
            raise RuntimeError("it is not this side's turn")
        self._writes_next = not self._writes_next
        return self._remaining.pop(0)

    def _mix_ephemeral(self, public: bytes) -> None:
        self._symmetric.mix_hash(public)
        if self._pattern.uses_psk:  # Section 9.2: so that the psk never encrypts two messages under one key.
            self._symmetric.mix_key(public)

    def _mix_shared(self, token: str) -> None:
        if token == "psk":
            assert self._psk is not None
            self._symmetric.mix_key_and_hash(self._psk)
            return
        # The first letter is the initiator's key, the second the responder's.
        own, other = (token[0], token[1]) if self._initiator else (token[1], token[0])
        pair = self._e if own == "e" else self._s
        public = self._re if other == "e" else self.remote_static
        assert pair is not None and public is not None, "the patterns above name no key before it is known"
        self._symmetric.mix_key(dh(pair, public))
