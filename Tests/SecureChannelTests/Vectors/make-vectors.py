#!/usr/bin/env python3
"""Makes the channel's golden vectors independently: the handshakes with noiseprotocol of PyPI, the rest with Python's own hashes.

usage: make-vectors.py        (pip install noiseprotocol==0.3.1)

Writes handshakes.json (Noise alone), transcripts.json (every byte of a link), codes.json (pairing codes), tags.json (tags of
advertisements), wiped.json (handshakes whose secrets are looked for in memory) and article.json (the examples of the article "The
protocol") beside itself.
"""

import base64
import hashlib
import hmac
import json
import pathlib

from noise.connection import Keypair, NoiseConnection
from noise.state import SymmetricState


def secret(name):
    """32 bytes that everybody can make again."""
    return hashlib.sha256(name.encode()).digest()


class Recorder:
    """Notes every shared secret and chaining key of a handshake: what must not be left in memory afterwards."""

    def __init__(self):
        self.secrets = set()
        self.originals = {}

    def __enter__(self):
        for name in ("mix_key", "mix_key_and_hash"):
            self.originals[name] = original = getattr(SymmetricState, name)
            setattr(SymmetricState, name, self.noting(original))
        return self

    def __exit__(self, *_):
        for name, original in self.originals.items():
            setattr(SymmetricState, name, original)

    def noting(self, original):
        def wrapper(state, *arguments):
            result = original(state, *arguments)
            self.secrets.update(bytes(value) for value in (state.ck, *arguments))
            return result

        return wrapper


def pair(name, prologue, psk=None, whose=""):
    """Both sides of a handshake, the initiator first."""
    sides = []
    for role in ("initiator", "responder"):
        side = NoiseConnection.from_name(name.encode())
        side.set_as_initiator() if role == "initiator" else side.set_as_responder()
        side.set_prologue(prologue)
        if psk:
            side.set_psks(psk)
        side.set_keypair_from_private_bytes(Keypair.STATIC, secret(f"{whose}{role} static"))
        side.set_keypair_from_private_bytes(Keypair.EPHEMERAL, secret(f"{whose}{role} ephemeral"))
        sides.append(side)
    if "IK" in name:
        sides[0].set_keypair_from_public_bytes(Keypair.REMOTE_STATIC, public_key(sides[1]))
    for side in sides:
        side.start_handshake()
    return sides


def public_key(side):
    """A side's own static key."""
    return side.noise_protocol.keypairs["s"].public_bytes


def shake(sides, count):
    """The handshake's messages."""
    messages = []
    for turn in range(count):
        writer, reader = sides if turn % 2 == 0 else reversed(sides)
        message = bytes(writer.write_message())
        assert reader.read_message(message) == b""
        messages.append(message)
    return messages


def talk(sides, plaintexts):
    """(who, plaintext, sealed) of messages, of which every second of three is the responder's."""
    said = []
    for turn, plaintext in enumerate(plaintexts):
        initiates = turn % 3 != 1
        writer, reader = sides if initiates else reversed(sides)
        sealed = bytes(writer.encrypt(plaintext))
        assert reader.decrypt(sealed) == plaintext
        said.append(("initiator" if initiates else "responder", plaintext, sealed))
    return said


def exchange(sides, plaintexts):
    """(who, plaintext, sealed) of messages, a request and its answer by turns."""
    said = []
    for turn, plaintext in enumerate(plaintexts):
        writer, reader = sides if turn % 2 == 0 else reversed(sides)
        sealed = bytes(writer.encrypt(plaintext))
        assert reader.decrypt(sealed) == plaintext
        said.append(("initiator" if turn % 2 == 0 else "responder", plaintext, sealed))
    return said


def keys(whose=""):
    """The private keys of a link."""
    return {
        f"{role}{kind.capitalize()}": secret(f"{whose}{role} {kind}").hex()
        for role in ("initiator", "responder")
        for kind in ("static", "ephemeral")
    }


PAIRING, SESSION = "Noise_XXpsk0_25519_AESGCM_SHA256", "Noise_IK_25519_AESGCM_SHA256"


def handshake(name, count, prologue, psk=None, whose=""):
    """One handshake and some messages each way."""
    with Recorder() as recorder:
        sides = pair(name, prologue, psk, whose)
        messages = shake(sides, count)
    said = talk(sides, [f"message {turn}".encode() for turn in range(6)])
    return {
        "protocol": name,
        "prologue": prologue.hex(),
        "psk": psk.hex() if psk else None,
        **keys(whose),
        "handshake": [message.hex() for message in messages],
        "handshakeHash": sides[0].get_handshake_hash().hex(),
        "transport": [
            {"from": who, "plaintext": plaintext.hex(), "sealed": sealed.hex()} for who, plaintext, sealed in said
        ],
        # In XXpsk0 public ephemeral keys are mixed in too.
        "secrets": sorted(value.hex() for value in recorder.secrets if value.hex()[:64] not in "".join(map(bytes.hex, messages))),
    }


def frame(content):
    """As it goes over the wire."""
    return len(content).to_bytes(2, "big") + content


def pre_shared_key(code_secret):
    """HKDF-SHA256 by hand (RFC 5869): no salt, one block."""
    extracted = hmac.new(bytes(32), code_secret, hashlib.sha256).digest()
    return hmac.new(extracted, b"mortise pairing psk" + b"\x01", hashlib.sha256).digest()


def fingerprint(key):
    """What a code says of the lock's key."""
    return hashlib.sha256(key).digest()[:16]


def transcript(purpose, secret_id=b"", code_secret=None, messages=()):
    """A link from its first byte: who sends which frame, and what the messages say, by turns or as the tests have them."""
    name, count = (SESSION, 2) if purpose == 1 else (PAIRING, 3)
    psk = pre_shared_key(code_secret) if code_secret else None
    opening = bytes([1, purpose]) + secret_id
    lock = public_key(pair(SESSION, b"")[1])
    sides = pair(name, b"Mortise" + opening + fingerprint(lock), psk)
    handshake = shake(sides, count)
    heads = [opening, b"\x01", b""]
    frames = [
        {"from": "lock" if turn == 1 else "phone", "bytes": frame(heads[turn] + message).hex()}
        for turn, message in enumerate(handshake)
    ]
    plaintexts = [b"", b"welcome", b"x" * 1024, b"lock", bytes(range(256)) * 16]
    said = exchange(sides, messages) if messages else talk(sides, plaintexts)
    for who, plaintext, sealed in said:
        frames.append(
            {"from": "phone" if who == "initiator" else "lock", "bytes": frame(sealed).hex(), "plaintext": plaintext.hex()}
        )
    return {
        "purpose": purpose,
        "id": secret_id.hex() or None,
        "codeSecret": code_secret.hex() if code_secret else None,
        **keys(),
        "fingerprint": fingerprint(lock).hex(),
        "frames": frames,
    }


def text_of(content):
    """A code's text, for whatever bytes."""
    whole = content + hashlib.sha256(content).digest()[:4]
    return "MORTISE:" + base64.b32encode(whole).decode().rstrip("=")


def code(kind, secret_id, code_secret, print_of_key):
    """A pairing code that there can be."""
    return {
        "kind": kind,
        "id": secret_id.hex(),
        "secret": code_secret.hex(),
        "fingerprint": print_of_key.hex(),
        "text": text_of(bytes([1, kind]) + secret_id + code_secret + print_of_key),
        "psk": pre_shared_key(code_secret).hex(),
    }


def codes():
    """Right ones, and such whose check is right though they are not."""
    one, two, three = (secret(f"code {number}") for number in range(3))
    rest = one[:16] + two[:16]
    return {
        "right": [
            code(1, bytes(8), one[:16], two[:16]),
            code(2, three[:8], two[:16], one[:16]),
            code(2, b"\xff" * 8, bytes(16), b"\xff" * 16),
        ],
        "newer": [text_of(b"\x02\x01" + bytes(8) + rest), text_of(b"\x02" + bytes(60)), text_of(b"\xff" + bytes(20))],
        "malformed": [
            text_of(b"\x00\x01" + bytes(8) + rest),
            text_of(b"\x01\x00" + bytes(8) + rest),
            text_of(b"\x01\x03" + three[:8] + rest),
            text_of(b"\x01\x01" + three[:8] + rest),
            text_of(b"\x01\x02" + bytes(8) + rest),
        ],
    }


def tag(key, nonce):
    """What a lock's advertisement carries."""
    return nonce + hmac.new(key, nonce, hashlib.sha256).digest()[:2]


def tags():
    """Right ones, and one that is another lock's; and which key a lock takes in which generation."""
    keys = [bytes.fromhex("5c1f0a7be2934d6688d0a1c27f3e9b14"), secret("tag key")[:16], bytes(16)]
    nonces = [bytes.fromhex("8e21f4"), secret("tag nonce")[:3], b"\xff" * 3]
    lock = secret("responder static")
    seed = hmac.new(hmac.new(bytes(32), lock, hashlib.sha256).digest(), b"mortise tag\x01", hashlib.sha256).digest()
    return {
        "tags": [
            {"key": key.hex(), "right": right.hex(), "wrong": (right[:-1] + bytes([right[-1] ^ 1])).hex()}
            for key, right in ((key, tag(key, nonce)) for key, nonce in zip(keys, nonces))
        ],
        "lock": lock.hex(),
        "generations": [
            {"number": number, "key": hmac.new(seed, number.to_bytes(8, "big"), hashlib.sha256).digest()[:16].hex()}
            for number in (0, 1, 2**32 + 5)
        ],
    }


def varint(number):
    """As protobuf has it."""
    low, rest = number & 127, number >> 7
    return bytes([low | 128]) + varint(rest) if rest else bytes([low])


def field(number, value):
    """A field of a protobuf message: a number, or bytes that are counted."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def fixed(number, value):
    """A fixed64 field."""
    return varint(number << 3 | 1) + value.to_bytes(8, "little")


def answer(number, outcome, content):
    """FromLock with the answer to a request."""
    return field(1, field(1, number) + field(outcome, content))


def article():
    """By lock.proto, without its generated code: a hello, an unlocking, and a pairing with the setup code."""
    tag_key = bytes.fromhex("5c1f0a7be2934d6688d0a1c27f3e9b14")
    lock = fingerprint(public_key(pair(SESSION, b"")[1]))
    code_secret, invitation_secret, invitation_id = (secret(f"code {number}") for number in range(3))
    key = field(1, 1) + field(2, field(1, 1) + field(2, b"Ada"))
    clock = field(1, 1_795_435_200) + field(2, 1) + field(3, 3_600 << 1)
    notice = field(1, 3) + field(2, 1) + field(3, 2) + field(4, b"Bob") + field(5, 1_795_431_600)
    welcome = (
        field(2, b"1.0.0")
        + field(3, b"reference")
        + field(5, key)
        + field(6, clock)
        + field(7, notice)
        + field(8, tag_key)
        + fixed(9, 0x0123456789ABCDEF)
    )
    hello = field(1, 1) + field(2, b"")
    unlock = field(1, 2) + field(7, b"")
    ask = field(1, 3) + field(3, field(1, b"Ada"))
    return {
        "session": transcript(
            1, messages=[hello, answer(1, 5, welcome), unlock, answer(2, 7, field(1, 4))]
        ),
        "pairing": transcript(2, bytes(8), code_secret[:16], messages=[ask, answer(3, 8, key)]),
        "codes": [
            code(1, bytes(8), code_secret[:16], lock),
            code(2, invitation_id[:8], invitation_secret[:16], lock),
        ],
    }


def write(name, content):
    """A file beside this one."""
    pathlib.Path(__file__).with_name(name).write_text(json.dumps(content, indent=1) + "\n")


write(
    "handshakes.json",
    [
        handshake(PAIRING, 3, b"mortise pairing", secret("psk")),
        handshake(SESSION, 2, b"mortise session"),
        handshake(PAIRING, 3, b"", secret("another psk")),
        handshake(SESSION, 2, b""),
    ],
)
write(
    "transcripts.json",
    [
        transcript(1),
        transcript(2, bytes(8), secret("code 0")[:16]),
        transcript(2, secret("code 2")[:8], secret("code 1")[:16]),
    ],
)
write("codes.json", codes())
write("tags.json", tags())
write("article.json", article())
# Of keys that no other test has in its hands.
write(
    "wiped.json",
    [
        handshake(PAIRING, 3, b"", secret("wiped psk"), "wiped "),
        handshake(SESSION, 2, b"", None, "wiped "),
    ],
)
