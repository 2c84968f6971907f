"""What assert_drives takes for the right drives. Needs no board."""

import pytest
from hil.intervals import ALLOWANCE, CAP, FULL_EXTEND, MARGIN, assert_drives, extend


class Told:
    """A trace that says what it is told to, in milliseconds."""

    def __init__(self, length, latest=0.0, waited=0.0):
        drive = {"direction": "extend", "ns": length * 1e6, "start": 1, "end": 2, "then": "brake"}
        self.told, self.waited = {"drives": [drive], "latest": latest * 1e6}, waited

    def record(self):
        return self.told

    def kept_waiting(self, begin, end):
        return self.waited


@pytest.mark.parametrize(
    ("interval", "longest", "late", "waited"),
    [
        (FULL_EXTEND, FULL_EXTEND.most, 0, 0),
        pytest.param(FULL_EXTEND, FULL_EXTEND.most + 100, 100, 0, id="an edge ends it, and was late"),
        pytest.param(FULL_EXTEND, FULL_EXTEND.most + ALLOWANCE, 10_000, 0, id="however late"),
        pytest.param(FULL_EXTEND, FULL_EXTEND.most + ALLOWANCE, 200, 200, id="however late both together"),
        pytest.param(extend(CAP - MARGIN, CAP), CAP, 10_000, 0, id="no edge ends what the cap ends"),
        pytest.param(extend(CAP - MARGIN, CAP), CAP + 100, 10_000, 100, id="but the host may have been late"),
    ],
)
def test_what_was_late_is_allowed_for_and_has_a_limit(interval, longest, late, waited):
    assert_drives(Told(longest + MARGIN, late, waited), interval)
    with pytest.raises(AssertionError):
        assert_drives(Told(longest + MARGIN + 1, late, waited), interval)
