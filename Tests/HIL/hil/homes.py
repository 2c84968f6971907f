"""Fixtures of the tests of phones (a plugin of conftest's). What needs bumble is imported where it is used: without it those tests are
skipped, and all others run."""

import pytest

from .intervals import assert_drives
from .lock import Lock


@pytest.fixture(scope="module")
def air(board):
    from .phone import switched_on

    with switched_on(board) as air:
        yield air


def witnesses(home):
    return {
        "bluetoothd": lambda: home.board.journal(unit="bluetooth.service"),
        "the chip": lambda: "\n".join(map(str, list(home.air.chip.log)[-60:])) if home.air.chip else "off",
        "the doctor": home.doctor,
    }


@pytest.fixture
def home(board, air, lock, bench, request):
    """A lock that has never run, which phones can find."""
    from .household import Household

    home = Household(board, air, lock, bench)
    request.node.witnesses |= witnesses(home)
    home.wait_until_found()
    yield home
    air.run(air.clear())


@pytest.fixture
def owner(home):
    return home.owner()


@pytest.fixture(scope="module")
def household(board, air, bench):
    """A lock, and its owner as `first`, for all tests of a module (hil.one_home)."""
    from .household import Household

    lock = Lock(board)
    lock.begin_anew(bench)
    lock.start()
    household = Household(board, air, lock, bench)
    household.wait_until_found()
    household.first = household.owner()
    return household


@pytest.fixture
def still(trace):
    """Nothing was driven, whatever was tried."""
    yield
    assert_drives(trace)
