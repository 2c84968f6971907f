import pytest

from stranger_lock import Code, DecryptionError, HandshakeError, KeyPair
from stranger_lock.noise import IK, MAX_NONCE, XXPSK0, CipherState, HandshakeState, Pattern, dh

from . import examples

PHONE, LOCK = KeyPair.generate(), KeyPair.generate()

#: Points of low order on Curve25519; with any of them every shared secret is all zeros.
LOW_ORDER = [
    bytes(32),
    b"\x01" + bytes(31),
    bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
    bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
    bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
]


def pair(pattern: Pattern, prologue: bytes = b"same") -> tuple[HandshakeState, HandshakeState]:
    psk = bytes(range(32)) if pattern.uses_psk else None
    known = LOCK.public if pattern.responder_static_is_known else None
    phone = HandshakeState(pattern, initiator=True, prologue=prologue, static=PHONE, remote_static=known, psk=psk)
    return phone, HandshakeState(pattern, initiator=False, prologue=b"same", static=LOCK, psk=psk)


@pytest.mark.parametrize("pattern", [IK, XXPSK0])
def test_a_round_trip(pattern: Pattern) -> None:
    phone, lock = pair(pattern)
    sender, receiver = phone, lock
    while not (phone.is_complete and lock.is_complete):
        assert receiver.read(sender.write(b"payload")) == b"payload"
        sender, receiver = receiver, sender
    assert (phone.remote_static, lock.remote_static) == (LOCK.public, PHONE.public)
    one, other = phone.split(), lock.split()
    assert one.handshake_hash == other.handshake_hash
    assert other.receiving.decrypt(b"", one.sending.encrypt(b"", b"there")) == b"there"
    assert one.receiving.decrypt(b"", other.sending.encrypt(b"", b"back")) == b"back"


@pytest.mark.parametrize("pattern", [IK, XXPSK0])
def test_another_prologue_fails(pattern: Pattern) -> None:
    phone, lock = pair(pattern, b"other")
    with pytest.raises(HandshakeError):
        lock.read(phone.write())


@pytest.mark.parametrize(("pattern", "sizes"), [(IK, (96, 48)), (XXPSK0, (48, 96, 64))])
def test_sizes_and_cuts(pattern: Pattern, sizes: tuple[int, ...]) -> None:
    for number, size in enumerate(sizes):
        for cut in (0, 1, 31, 32, 33, 47, 48, 63, size - 1):
            phone, lock = pair(pattern)
            sender, receiver = phone, lock
            for _ in range(number):
                receiver.read(sender.write())
                sender, receiver = receiver, sender
            message = sender.write()
            assert len(message) == size
            if cut >= size:
                continue
            with pytest.raises(HandshakeError):
                receiver.read(message[:cut])


@pytest.mark.parametrize("point", LOW_ORDER)
def test_a_shared_secret_of_zeros_is_refused(point: bytes) -> None:
    with pytest.raises(HandshakeError):
        dh(PHONE, point)


def test_nobody_speaks_out_of_turn() -> None:
    phone, lock = pair(IK)
    with pytest.raises(RuntimeError):
        lock.write()
    with pytest.raises(RuntimeError):
        phone.split()
    phone.write()
    with pytest.raises(RuntimeError):
        phone.write()


def test_the_last_counter_is_not_used() -> None:
    cipher = CipherState(bytes(32))
    cipher.nonce = MAX_NONCE
    with pytest.raises(DecryptionError):
        cipher.encrypt(b"", b"")


def test_a_failed_decryption_leaves_the_counter() -> None:
    sending, receiving = CipherState(bytes(32)), CipherState(bytes(32))
    message = sending.encrypt(b"", b"one")
    with pytest.raises(DecryptionError):
        receiving.decrypt(b"", bytes(len(message)))
    assert receiving.decrypt(b"", message) == b"one"


@pytest.mark.parametrize("pattern", [IK, XXPSK0])
def test_against_another_implementation(pattern: Pattern) -> None:
    """With the package ``noiseprotocol``, where it is installed."""
    connection = pytest.importorskip("noise.connection")
    for initiator in (True, False):
        other = connection.NoiseConnection.from_name(pattern.protocol_name)
        (other.set_as_responder if initiator else other.set_as_initiator)()
        other.set_prologue(b"prologue")
        theirs, ours = (LOCK, PHONE) if initiator else (PHONE, LOCK)
        other.set_keypair_from_private_bytes(connection.Keypair.STATIC, theirs.private)
        psk = bytes(range(32)) if pattern.uses_psk else None
        if psk is not None:
            other.set_psks(psk)
        known = LOCK.public if pattern.responder_static_is_known else None
        if known is not None and not initiator:
            other.set_keypair_from_public_bytes(connection.Keypair.REMOTE_STATIC, known)
        other.start_handshake()
        own = HandshakeState(
            pattern,
            initiator=initiator,
            prologue=b"prologue",
            static=ours,
            remote_static=known if initiator else None,
            psk=psk,
        )
        ours_is_next = initiator
        while not own.is_complete:
            if ours_is_next:
                other.read_message(own.write())
            else:
                own.read(bytes(other.write_message()))
            ours_is_next = not ours_is_next
        transport = own.split()
        assert other.decrypt(transport.sending.encrypt(b"", b"there")) == b"there"
        assert transport.receiving.decrypt(b"", bytes(other.encrypt(b"back"))) == b"back"
        assert own.remote_static == theirs.public


def test_the_examples_against_another_implementation() -> None:
    """The phone's side of both examples, by ``noiseprotocol`` alone."""
    connection = pytest.importorskip("noise.connection")
    lock = KeyPair.from_private(examples.LOCK_STATIC)
    code = Code.parse(examples.SETUP_TEXT)
    for pattern, first, second, opening, rest in (
        (IK, examples.SESSION_MESSAGE_1, examples.SESSION_MESSAGE_2, 2, None),
        (XXPSK0, examples.PAIRING_MESSAGE_1, examples.PAIRING_MESSAGE_2, 10, examples.PAIRING_MESSAGE_3),
    ):
        other = connection.NoiseConnection.from_name(pattern.protocol_name)
        other.set_as_initiator()
        other.set_prologue(b"Mortise" + first[2 : 2 + opening] + examples.LOCK_FINGERPRINT)
        other.set_keypair_from_private_bytes(connection.Keypair.STATIC, examples.PHONE_STATIC)
        other.set_keypair_from_private_bytes(connection.Keypair.EPHEMERAL, examples.PHONE_EPHEMERAL)
        if rest is None:
            other.set_keypair_from_public_bytes(connection.Keypair.REMOTE_STATIC, lock.public)
        else:
            other.set_psks(code.pre_shared_key())
        other.start_handshake()
        assert bytes(other.write_message()) == first[2 + opening :]
        other.read_message(second[3:])
        if rest is None:
            assert bytes(other.encrypt(examples.CLEAR_HELLO)) == examples.SESSION_HELLO[2:]
            assert bytes(other.decrypt(examples.SESSION_WELCOME[2:])) == examples.CLEAR_WELCOME
        else:
            assert bytes(other.write_message()) == rest[2:]
            assert bytes(other.encrypt(examples.CLEAR_PAIR)) == examples.PAIRING_PAIR[2:]
            assert bytes(other.decrypt(examples.PAIRING_KEY[2:])) == examples.CLEAR_KEY
