import itertools
import random

import pytest

from stranger_lock import (
    ChannelRefused,
    Closed,
    Code,
    CodeKind,
    DecryptionError,
    FramingError,
    HandshakeError,
    KeyPair,
    LinkEnded,
    Message,
    Opened,
    PairingPurpose,
    PhoneChannel,
    RefusalReason,
    SessionPurpose,
    WrongLockError,
    fingerprint,
)
from stranger_lock import messages as pb
from stranger_lock.channel import Purpose
from stranger_lock.codes import SETUP_ID
from stranger_lock.framing import HANDSHAKE_LIMIT, LOCK_MESSAGE_LIMIT, PHONE_MESSAGE_LIMIT, FrameDecoder, encode_frame

from . import examples
from .lock import LockChannel
from .test_noise import LOW_ORDER

PHONE, LOCK = KeyPair.generate(), KeyPair.generate()
INVITATION = Code(CodeKind.INVITATION, b"invited!", bytes(range(16)), fingerprint(LOCK.public))
SETUP = Code(CodeKind.SETUP, SETUP_ID, bytes(range(16)), b"an older label's")


def open_session() -> tuple[PhoneChannel, LockChannel]:
    phone, lock = PhoneChannel(SessionPurpose(PHONE, LOCK.public)), LockChannel(LOCK)
    lock.receive(phone.start())
    assert phone.receive(lock.take_output()) == [Opened(LOCK.public)]
    return phone, lock


def error_of(phone: PhoneChannel, piece: bytes) -> Exception:
    *_, last = phone.receive(piece)
    assert isinstance(last, Closed) and phone.is_closed
    assert phone.receive(b"\x00\x01\x00") == []  # Nothing comes of it any more.
    with pytest.raises(LinkEnded):
        phone.send(b"")
    return last.error


# ---- The examples ----------------------------------------------------------------------------------------------------


def fixed_keys() -> tuple[KeyPair, KeyPair, KeyPair, KeyPair]:
    private = (examples.PHONE_STATIC, examples.PHONE_EPHEMERAL, examples.LOCK_STATIC, examples.LOCK_EPHEMERAL)
    one, two, three, four = (KeyPair.from_private(key) for key in private)
    return one, two, three, four


def test_the_session_of_the_page() -> None:
    phone_keys, phone_ephemeral, lock_keys, lock_ephemeral = fixed_keys()
    assert fingerprint(lock_keys.public) == examples.LOCK_FINGERPRINT
    phone = PhoneChannel(SessionPurpose(phone_keys, lock_keys.public), ephemeral=phone_ephemeral)
    lock = LockChannel(lock_keys, ephemeral=lock_ephemeral)

    assert phone.start() == examples.SESSION_MESSAGE_1
    lock.receive(examples.SESSION_MESSAGE_1)
    assert lock.take_output() == examples.SESSION_MESSAGE_2
    assert phone.receive(examples.SESSION_MESSAGE_2) == [Opened(lock_keys.public)]
    assert phone.send(examples.CLEAR_HELLO) == examples.SESSION_HELLO
    assert lock.receive(examples.SESSION_HELLO) == [examples.CLEAR_HELLO]
    assert lock.send(examples.CLEAR_WELCOME) == examples.SESSION_WELCOME
    assert phone.receive(examples.SESSION_WELCOME) == [Message(examples.CLEAR_WELCOME)]
    assert phone.send(examples.CLEAR_UNLOCK) == examples.SESSION_UNLOCK
    assert lock.receive(examples.SESSION_UNLOCK) == [examples.CLEAR_UNLOCK]
    assert lock.send(examples.CLEAR_MOVED) == examples.SESSION_MOVED
    assert phone.receive(examples.SESSION_MOVED) == [Message(examples.CLEAR_MOVED)]


def test_the_pairing_of_the_page() -> None:
    phone_keys, phone_ephemeral, lock_keys, lock_ephemeral = fixed_keys()
    code = Code.parse(examples.SETUP_TEXT)
    phone = PhoneChannel(PairingPurpose(phone_keys, code), ephemeral=phone_ephemeral)
    lock = LockChannel(lock_keys, ephemeral=lock_ephemeral, code=code)

    assert phone.start() == examples.PAIRING_MESSAGE_1
    lock.receive(examples.PAIRING_MESSAGE_1)
    assert lock.take_output() == examples.PAIRING_MESSAGE_2
    assert phone.receive(examples.PAIRING_MESSAGE_2) == [Opened(lock_keys.public)]
    assert phone.take_output() == examples.PAIRING_MESSAGE_3
    lock.receive(examples.PAIRING_MESSAGE_3)
    assert phone.send(examples.CLEAR_PAIR) == examples.PAIRING_PAIR
    assert lock.receive(examples.PAIRING_PAIR) == [examples.CLEAR_PAIR]
    assert lock.send(examples.CLEAR_KEY) == examples.PAIRING_KEY
    assert phone.receive(examples.PAIRING_KEY) == [Message(examples.CLEAR_KEY)]


def test_the_messages_of_the_page() -> None:
    welcome = pb.Welcome(
        version="1.0.0",
        board="reference",
        key=pb.Key(id=1, terms=pb.Terms(role=pb.ROLE_OWNER, name="Ada")),
        clock=pb.Clock(unix_seconds=1795435200, is_trusted=True, utc_offset_seconds=3600),
        notices=[
            pb.Notice(number=3, kind=pb.NOTICE_KIND_KEY_ADDED, key=2, name="Bob", unix_seconds=1795431600),
        ],
        tag_key=examples.TAG_KEY,
        run=0x0123456789ABCDEF,
    )
    messages = {
        examples.CLEAR_HELLO: pb.Request(id=1, hello=pb.Hello()),
        examples.CLEAR_WELCOME: pb.FromLock(answer=pb.Answer(id=1, welcome=welcome)),
        examples.CLEAR_UNLOCK: pb.Request(id=2, unlock=pb.Unlock()),
        examples.CLEAR_MOVED: pb.FromLock(answer=pb.Answer(id=2, moved=pb.Moved(state=pb.STATE_UNLOCKED))),
        examples.CLEAR_PAIR: pb.Request(id=3, pair=pb.Pair(name="Ada")),
        examples.CLEAR_KEY: pb.FromLock(
            answer=pb.Answer(id=3, key=pb.Key(id=1, terms=pb.Terms(role=pb.ROLE_OWNER, name="Ada")))
        ),
    }
    for content, message in messages.items():
        assert message.SerializeToString() == content
        assert type(message).FromString(content) == message


def test_the_refusals_of_the_page() -> None:
    for frame, reason, seconds in (
        (examples.REFUSAL_NOT_ACCEPTED, RefusalReason.NOT_ACCEPTED, 0),
        (examples.REFUSAL_NOT_NOW, RefusalReason.NOT_NOW, 30),
    ):
        phone = PhoneChannel(SessionPurpose(PHONE, LOCK.public))
        phone.start()
        error = error_of(phone, frame)
        assert isinstance(error, ChannelRefused)
        assert (error.reason, error.believed_seconds) == (reason, seconds)


# ---- Sessions --------------------------------------------------------------------------------------------------------


def test_byte_by_byte() -> None:
    phone, lock = PhoneChannel(SessionPurpose(PHONE, LOCK.public)), LockChannel(LOCK)
    for byte in phone.start():
        lock.receive(bytes([byte]))
    stream = lock.take_output() + lock.send(b"one") + lock.send(b"")
    events = list(itertools.chain.from_iterable(phone.receive(bytes([byte])) for byte in stream))
    assert events == [Opened(LOCK.public), Message(b"one"), Message(b"")]


def test_the_limits() -> None:
    phone, lock = open_session()
    assert phone.receive(lock.send(bytes(LOCK_MESSAGE_LIMIT))) == [Message(bytes(LOCK_MESSAGE_LIMIT))]
    assert lock.receive(phone.send(bytes(PHONE_MESSAGE_LIMIT))) == [bytes(PHONE_MESSAGE_LIMIT)]
    with pytest.raises(ValueError):
        phone.send(bytes(PHONE_MESSAGE_LIMIT + 1))
    assert lock.receive(phone.send(b"still good")) == [b"still good"]


def test_a_large_frame_right_behind_the_handshake_is_measured_with_the_new_limit() -> None:
    phone, lock = PhoneChannel(SessionPurpose(PHONE, LOCK.public)), LockChannel(LOCK)
    lock.receive(phone.start())
    assert phone.receive(lock.take_output() + lock.send(bytes(4096))) == [Opened(LOCK.public), Message(bytes(4096))]


@pytest.mark.parametrize("length", [0, 4113, 65535])
def test_a_frame_of_a_bad_length_ends_the_channel_at_once(length: int) -> None:
    phone, lock = open_session()
    piece = lock.send(b"good") + length.to_bytes(2, "big")
    assert phone.receive(piece[:-1]) == [Message(b"good")]
    assert isinstance(error_of(phone, piece[-1:]), FramingError)


@pytest.mark.parametrize("length", [0, HANDSHAKE_LIMIT + 1])
def test_before_it_is_open_the_limit_is_smaller(length: int) -> None:
    phone = PhoneChannel(SessionPurpose(PHONE, LOCK.public))
    phone.start()
    assert isinstance(error_of(phone, length.to_bytes(2, "big")), FramingError)


def test_messages_before_the_bad_one_are_not_lost() -> None:
    phone, lock = open_session()
    events = phone.receive(lock.send(b"one") + lock.send(b"two") + encode_frame(bytes(40), 160))
    assert events[:2] == [Message(b"one"), Message(b"two")]
    assert isinstance(events[2], Closed) and isinstance(events[2].error, DecryptionError)


def test_replayed_reordered_dropped_forged_and_reflected() -> None:
    phone, lock = open_session()
    first = lock.send(b"first")
    phone.receive(first)
    assert isinstance(error_of(phone, first), DecryptionError)

    phone, lock = open_session()
    lock.send(b"dropped")
    assert isinstance(error_of(phone, lock.send(b"second")), DecryptionError)

    phone, lock = open_session()
    good = lock.send(b"good")
    assert isinstance(error_of(phone, good[:-1] + bytes([good[-1] ^ 1])), DecryptionError)

    phone, lock = open_session()
    assert isinstance(error_of(phone, phone.send(b"mine")), DecryptionError)

    phone, lock = open_session()
    assert isinstance(error_of(phone, encode_frame(bytes(15), 160)), DecryptionError)  # Shorter than a tag.


def test_the_link_ends() -> None:
    phone, _ = open_session()
    (event,) = phone.receive_end()
    assert isinstance(event, Closed) and isinstance(event.error, LinkEnded)
    assert phone.receive_end() == []

    phone, lock = open_session()
    assert phone.receive(lock.send(b"cut off")[:-1]) == []
    (event,) = phone.receive_end()
    assert isinstance(event, Closed) and isinstance(event.error, FramingError)


def test_another_lock_cannot_answer() -> None:
    phone = PhoneChannel(SessionPurpose(PHONE, LOCK.public))
    with pytest.raises(HandshakeError):
        LockChannel(KeyPair.generate()).receive(phone.start())

    # Nor somebody with an answer of another session.
    _, other = PhoneChannel(SessionPurpose(PHONE, LOCK.public)), LockChannel(LOCK)
    other.receive(_.start())
    assert isinstance(error_of(phone, other.take_output()), HandshakeError)


@pytest.mark.parametrize(
    "answer",
    [
        b"\x01",
        b"\x01" + bytes(47),
        b"\x01" + bytes(48),
        b"\x02" + bytes(48),
        b"\x00",
        b"\x00\x04\x00",
        b"\x00\x04" + bytes(3),
        b"\x00\x09\x00\x00",
    ],
)
def test_nonsense_for_an_answer(answer: bytes) -> None:
    phone = PhoneChannel(SessionPurpose(PHONE, LOCK.public))
    phone.start()
    assert isinstance(error_of(phone, encode_frame(answer, 160)), HandshakeError)


@pytest.mark.parametrize("point", LOW_ORDER)
def test_a_shared_secret_of_zeros_is_refused(point: bytes) -> None:
    with pytest.raises(HandshakeError):
        PhoneChannel(SessionPurpose(PHONE, point)).start()
    phone = PhoneChannel(SessionPurpose(PHONE, LOCK.public))
    phone.start()
    error = error_of(phone, encode_frame(b"\x01" + point + bytes(16), 160))
    assert isinstance(error, HandshakeError) and "zeros" in str(error)


# ---- Refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frame", "reason", "detail", "retry"),
    [
        ("000400010002", RefusalReason.VERSION, 2, None),
        ("00040002001e", RefusalReason.NOT_NOW, 30, 30),
        ("000400030000", RefusalReason.PAIRING_CLOSED, 0, None),
        ("000400040000", RefusalReason.NOT_ACCEPTED, 0, None),
        ("00040002ffff", RefusalReason.NOT_NOW, 65535, 65535),
    ],
)
def test_refusals(frame: str, reason: int, detail: int, retry: int | None) -> None:
    phone = PhoneChannel(SessionPurpose(PHONE, LOCK.public))
    phone.start()
    error = error_of(phone, bytes.fromhex(frame))
    assert isinstance(error, ChannelRefused)
    assert (error.reason, error.detail, error.retry_after_seconds) == (reason, detail, retry)
    assert error.believed_seconds == min(retry or 0, 60)


REFUSAL = bytes.fromhex("000400040000")


@pytest.mark.parametrize("purpose", [SessionPurpose(PHONE, LOCK.public), PairingPurpose(PHONE, INVITATION)])
def test_a_refusal_in_place_of_the_lock_s_first_message(purpose: Purpose) -> None:
    phone, lock = PhoneChannel(purpose), LockChannel(LOCK, code=INVITATION)
    lock.receive(phone.start())
    phone.receive(lock.take_output())
    phone.send(b"hello or pair")
    error = error_of(phone, REFUSAL)
    assert isinstance(error, ChannelRefused) and error.reason == RefusalReason.NOT_ACCEPTED


def test_four_bytes_that_are_no_refusal() -> None:
    for piece in ("000401040000", "000400090000"):
        phone, _ = open_session()
        error = error_of(phone, bytes.fromhex(piece))
        assert isinstance(error, (DecryptionError, HandshakeError)) and not isinstance(error, ChannelRefused)


def test_a_first_message_that_only_begins_with_zero_is_a_message() -> None:
    for number in range(5000):
        phone, lock = open_session()
        frame = lock.send(b"")
        if frame[2] == 0:
            assert phone.receive(frame) == [Message(b"")]
            return
    pytest.fail("no ciphertext began with zero")


def test_a_refusal_behind_the_first_message_is_only_a_frame_that_does_not_decrypt() -> None:
    phone, lock = open_session()
    phone.receive(lock.send(b"welcome"))
    assert isinstance(error_of(phone, REFUSAL), DecryptionError)


# ---- Pairing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [INVITATION, SETUP])
def test_pairing(code: Code) -> None:
    phone, lock = PhoneChannel(PairingPurpose(PHONE, code)), LockChannel(LOCK, code=code)
    start = phone.start()
    assert start[:12] == bytes([0, 58, 1, 2]) + code.id
    lock.receive(start)
    assert phone.receive(lock.take_output()) == [Opened(LOCK.public)]
    # The third handshake message leaves with the first transport message, if nobody takes it before.
    assert lock.receive(phone.send(b"pair me")) == [b"pair me"]
    assert lock.handshake is not None and lock.handshake.remote_static == PHONE.public
    assert phone.receive(lock.send(b"welcome")) == [Message(b"welcome")]


def test_the_third_message_alone() -> None:
    phone, lock = PhoneChannel(PairingPurpose(PHONE, INVITATION)), LockChannel(LOCK, code=INVITATION)
    lock.receive(phone.start())
    phone.receive(lock.take_output())
    third = phone.take_output()
    assert len(third) == 2 + 64 and phone.take_output() == b""
    lock.receive(third)
    assert lock.receive(phone.send(b"now")) == [b"now"]


def test_a_wrong_secret() -> None:
    wrong = Code(CodeKind.SETUP, SETUP_ID, bytes(16), SETUP.fingerprint)
    phone, lock = PhoneChannel(PairingPurpose(PHONE, wrong)), LockChannel(LOCK, code=SETUP)
    with pytest.raises(HandshakeError):
        lock.receive(phone.start())


def test_an_invitation_of_another_lock_is_noticed_before_the_own_key_goes_out() -> None:
    class Impostor(LockChannel):
        """Has the invitation, and a key of its own; says what the invitation wants to hear."""

        def _answer(self, frame: bytes) -> None:
            self.code = Code(CodeKind.SETUP, SETUP_ID, INVITATION.secret, INVITATION.fingerprint)
            object.__setattr__(self.code, "id", INVITATION.id)
            super()._answer(frame)

    phone, impostor = PhoneChannel(PairingPurpose(PHONE, INVITATION)), Impostor(KeyPair.generate())
    impostor.receive(phone.start())
    assert isinstance(error_of(phone, impostor.take_output()), WrongLockError)
    assert phone.take_output() == b""


# ---- Nonsense --------------------------------------------------------------------------------------------------------


def test_nothing_that_comes_makes_it_raise() -> None:
    """Good streams with some bytes changed, cut into random pieces: events, and in the end at most one ``Closed``."""
    chance = random.Random(1)
    for _ in range(300):
        purposes: list[Purpose] = [SessionPurpose(PHONE, LOCK.public), PairingPurpose(PHONE, INVITATION)]
        phone, lock = PhoneChannel(chance.choice(purposes)), LockChannel(LOCK, code=INVITATION)
        lock.receive(phone.start())
        stream = bytearray(lock.take_output())
        if lock.transport is not None:
            stream += lock.send(b"one") + lock.send(bytes(500))
        for _ in range(chance.randrange(3)):
            stream[chance.randrange(len(stream))] = chance.randrange(256)
        events, at = [], 0
        while at < len(stream):
            size = chance.randrange(1, 200)
            events += phone.receive(bytes(stream[at : at + size]))
            at += size
        events += phone.receive_end()
        assert [isinstance(event, Closed) for event in events].index(True) == len(events) - 1


# ---- Frames ----------------------------------------------------------------------------------------------------------


def test_frames_are_not_made_that_may_not_be() -> None:
    for size in (0, 161):
        with pytest.raises(FramingError):
            encode_frame(bytes(size), 160)
    assert encode_frame(bytes(160), 160)[:2] == b"\x00\xa0"


def test_a_decoder_at_its_limit() -> None:
    decoder = FrameDecoder(160)
    decoder.feed(encode_frame(bytes(160), 160) + b"\x00")
    assert decoder.next() == bytes(160)
    assert decoder.next() is None and decoder.is_inside_frame


def test_use_out_of_order_is_a_mistake_of_the_caller() -> None:
    phone = PhoneChannel(SessionPurpose(PHONE, LOCK.public))
    with pytest.raises(RuntimeError):
        phone.receive(b"")
    with pytest.raises(LinkEnded):
        phone.send(b"")
    phone.start()
    with pytest.raises(RuntimeError):
        phone.start()
