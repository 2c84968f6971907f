"""`lock`, `home` and `owner` that are the same for all tests of the module that imports these: whatever one of them leaves behind, the
next one finds. Each begins with the bolt drawn, at rest."""

import pytest

from .homes import witnesses
from .watch import watched


@pytest.fixture
def lock(household, bench, request):
    lock = household.lock
    if lock.state()[0] != "unlocked":
        assert lock.unlock().state == "unlocked"
    bench.plant.wait("off")
    bench.plant.wait("rest")
    with watched(lock, bench, request.node):
        yield lock


@pytest.fixture
def home(household, lock, request):
    request.node.witnesses |= witnesses(household)
    yield household
    household.air.run(household.air.clear())


@pytest.fixture
def owner(household):
    return household.first
