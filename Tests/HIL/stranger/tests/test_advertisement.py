import pytest

from stranger_lock import SERVICE_UUID, Advertisement, Credentials
from stranger_lock.advertisement import tag

from . import examples

FLAGS = bytes([2, 0x01, 0x06])
SERVICE = bytes([17, 0x07]) + SERVICE_UUID.bytes[::-1]
OF_COMPANY = bytes([9, 0xFF, 0xFF, 0xFF])


def manufacturer(flags: int) -> bytes:
    return OF_COMPANY + bytes([flags]) + b"\x01\x02\x03\x04\x05"


def test_the_example() -> None:
    assert FLAGS + SERVICE + OF_COMPANY + b"\x81" + examples.TAG == examples.ADVERTISEMENT
    advertisement = Advertisement.parse(examples.ADVERTISEMENT)
    assert advertisement == Advertisement(1, True, examples.TAG)
    assert advertisement.is_of(examples.TAG_KEY)
    assert tag(examples.TAG_KEY, examples.TAG[:3]) == examples.TAG
    assert Credentials(bytes(32), bytes(32), examples.TAG_KEY).recognises(advertisement)
    assert not Credentials(bytes(32), bytes(32)).recognises(advertisement)  # Before the first welcome.
    assert not Advertisement(1, True, examples.OTHER_TAG).is_of(examples.TAG_KEY)
    assert not advertisement.is_of(bytes(16)) and not advertisement.is_of(b"")


def test_an_advertisement_has_31_bytes() -> None:
    data = FLAGS + SERVICE + manufacturer(0x81)
    assert len(data) == 31
    assert Advertisement.parse(data) == Advertisement(1, True, b"\x01\x02\x03\x04\x05")


def test_the_order_and_unknown_bits_do_not_matter() -> None:
    assert Advertisement.parse(manufacturer(0x71) + SERVICE) == Advertisement(1, False, b"\x01\x02\x03\x04\x05")
    assert Advertisement.parse(SERVICE + b"\x03\xff\x34\x12" + manufacturer(0x02) + b"\x00\xff") == Advertisement(
        2, False, b"\x01\x02\x03\x04\x05"
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        FLAGS,
        FLAGS + SERVICE,
        FLAGS + manufacturer(1),
        FLAGS + SERVICE[:2] + SERVICE_UUID.bytes + manufacturer(1),  # The wrong byte order.
        FLAGS + SERVICE + b"\x09\xff\x34\x12" + bytes(6),
        FLAGS + SERVICE + b"\x08" + manufacturer(1)[1:-1],
        (FLAGS + SERVICE + manufacturer(1))[:-1],
        b"\x00" + SERVICE + manufacturer(1),
    ],
)
def test_what_is_not_a_lock(data: bytes) -> None:
    assert Advertisement.parse(data) is None
