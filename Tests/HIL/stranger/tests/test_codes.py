import base64
import hashlib

import pytest

from stranger_lock import Code, CodeError, CodeKind
from stranger_lock.codes import SETUP_ID

from . import examples

SETUP = Code(CodeKind.SETUP, SETUP_ID, examples.SETUP_SECRET, examples.LOCK_FINGERPRINT)
INVITATION = Code(CodeKind.INVITATION, bytes(range(1, 9)), bytes(16), bytes(16))


def sealed(covered: bytes) -> bytes:
    return covered + hashlib.sha256(covered).digest()[:4]


def text_of(raw: bytes) -> str:
    return "MORTISE:" + base64.b32encode(raw).decode().rstrip("=")


def test_the_example() -> None:
    assert SETUP.to_text() == examples.SETUP_TEXT
    assert Code.parse(examples.SETUP_TEXT) == SETUP
    assert SETUP.pre_shared_key() == examples.SETUP_PSK


def test_the_example_of_an_invitation() -> None:
    kind, id, secret = CodeKind.INVITATION, examples.INVITATION_ID, examples.INVITATION_SECRET
    code = Code(kind, id, secret, examples.LOCK_FINGERPRINT)
    assert code.to_text() == examples.INVITATION_TEXT
    assert Code.parse(examples.INVITATION_TEXT) == code
    assert code.number == examples.INVITATION_NUMBER
    assert code.pre_shared_key() == examples.INVITATION_PSK


def test_an_invitation_round_trip() -> None:
    assert Code.parse(INVITATION.to_text()) == INVITATION
    assert Code.from_bytes(bytes(INVITATION)) == INVITATION
    assert INVITATION.number == 0x0102030405060708


def test_case_spaces_and_hyphens_do_not_matter() -> None:
    typed = " mortise : " + "-".join(examples.SETUP_TEXT[8:].lower()[at : at + 5] for at in range(0, 74, 5)) + "\n"
    assert Code.parse(typed) == SETUP
    assert Code.parse(typed.partition(":")[2]) == SETUP  # Without the prefix as well.


def test_every_mistyped_character_is_found() -> None:
    for at in range(8, len(examples.SETUP_TEXT)):
        for letter in "A7Q":
            if letter != examples.SETUP_TEXT[at]:
                with pytest.raises(CodeError):
                    Code.parse(examples.SETUP_TEXT[:at] + letter + examples.SETUP_TEXT[at + 1 :])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "MORTISE:",
        examples.SETUP_TEXT[:-1],
        examples.SETUP_TEXT + "A",
        examples.SETUP_TEXT[:-1]
        + chr(ord(examples.SETUP_TEXT[-1]) + 1),  # The same bytes: only a bit of the padding differs.
        examples.SETUP_TEXT.replace("E4H", "E1H"),
        examples.SETUP_TEXT.replace("S", "ſ"),
        "HTTPS://" + examples.SETUP_TEXT,
    ],
)
def test_what_is_no_code(text: str) -> None:
    with pytest.raises(CodeError):
        Code.parse(text)


@pytest.mark.parametrize(
    "raw",
    [
        sealed(b"\x02\x01" + bytes(40)),  # A newer version.
        sealed(b"\x01\x03" + bytes(40)),  # An unknown kind.
        sealed(b"\x01\x01" + b"\x01" * 8 + bytes(32)),  # A setup code with an id.
        sealed(b"\x01\x02" + bytes(40)),  # An invitation without.
        sealed(b"\x01\x01" + bytes(39)),
        b"\x01\x01" + bytes(44),
    ],
)
def test_fields_that_cannot_be(raw: bytes) -> None:
    with pytest.raises(CodeError):
        Code.from_bytes(raw)
    with pytest.raises(CodeError):
        Code.parse(text_of(raw))


def test_the_secret_is_not_shown() -> None:
    assert examples.SETUP_SECRET.hex() not in repr(SETUP) and repr(examples.SETUP_SECRET) not in repr(SETUP)
