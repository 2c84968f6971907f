#!/usr/bin/env python3
"""Makes the golden vectors of the channel's handshakes with an independent implementation: noiseprotocol of PyPI.

usage: make-vectors.py >vectors.json        (pip install noiseprotocol==0.3.1)
"""

import hashlib
import json

from noise.connection import Keypair, NoiseConnection


def secret(name):
    """32 bytes that everybody can make again."""
    return hashlib.sha256(name.encode()).digest()


def handshake(name, count, prologue, psk=None):
    """One handshake and some messages each way."""
    sides = []
    for role in ("initiator", "responder"):
        side = NoiseConnection.from_name(name.encode())
        side.set_as_initiator() if role == "initiator" else side.set_as_responder()
        side.set_prologue(prologue)
        if psk:
            side.set_psks(psk)
        side.set_keypair_from_private_bytes(Keypair.STATIC, secret(f"{role} static"))
        side.set_keypair_from_private_bytes(Keypair.EPHEMERAL, secret(f"{role} ephemeral"))
        sides.append(side)
    initiator, responder = sides
    if "IK" in name:
        public = responder.noise_protocol.keypairs["s"].public_bytes
        initiator.set_keypair_from_public_bytes(Keypair.REMOTE_STATIC, public)
    for side in sides:
        side.start_handshake()
    messages = []
    for turn in range(count):
        writer, reader = (initiator, responder) if turn % 2 == 0 else (responder, initiator)
        message = bytes(writer.write_message())
        assert reader.read_message(message) == b""
        messages.append(message.hex())
    transport = []
    for turn in range(6):
        writer, reader = (initiator, responder) if turn % 3 != 1 else (responder, initiator)
        plaintext = f"message {turn}".encode()
        sealed = bytes(writer.encrypt(plaintext))
        assert reader.decrypt(sealed) == plaintext
        transport.append({"from": "initiator" if writer is initiator else "responder", "plaintext": plaintext.hex(), "sealed": sealed.hex()})
    return {
        "protocol": name,
        "prologue": prologue.hex(),
        "psk": psk.hex() if psk else None,
        "initiatorStatic": secret("initiator static").hex(),
        "initiatorEphemeral": secret("initiator ephemeral").hex(),
        "responderStatic": secret("responder static").hex(),
        "responderEphemeral": secret("responder ephemeral").hex(),
        "handshake": messages,
        "handshakeHash": initiator.get_handshake_hash().hex(),
        "transport": transport,
    }


print(
    json.dumps(
        [
            handshake("Noise_XXpsk0_25519_AESGCM_SHA256", 3, b"mortise pairing", secret("psk")),
            handshake("Noise_IK_25519_AESGCM_SHA256", 2, b"mortise session"),
            handshake("Noise_XXpsk0_25519_AESGCM_SHA256", 3, b"", secret("another psk")),
            handshake("Noise_IK_25519_AESGCM_SHA256", 2, b""),
        ],
        indent=1,
    )
)
