"""Intervals of driving, as the kernel's trace has them, compared with what they ought to be. All in milliseconds."""

import dataclasses

MILLISECOND = 1e6

# board/profiles/virtual-board.conf leaves the motor's times at their defaults (BoardProfiles.md).
CAP = 900
CAP_MAXIMUM = 1500
DEAD_TIME = 100
BRAKE = 60
# What the bolt thread may take to end a drive after its deadline or an edge, on an emulated processor: a timer's wake-up, one
# ioctl. Besides, the emulator may have waited for its host, which is measured (host.py) and allowed for.
MARGIN = 50
# Times are measured from interrupt to ioctl on one clock; what is *at least* so long is so long but for rounding.
ROUNDING = 1
# What is allowed for the host at most, however long it has kept the emulator waiting. A longer wait proves nothing, and is a
# failure: run again on a quieter machine.
ALLOWANCE = 250


@dataclasses.dataclass(frozen=True)
class Interval:
    """How long a drive in one direction ought to be."""

    direction: str
    least: float
    most: float

    def __str__(self):
        return f"{self.direction} {self.least:g} to {self.most:g} ms"

    def holds(self, drive, waited, late=0.0):
        """`waited`: for how long the host has kept the emulator waiting. `late`: how late the plant was with its edges, which
        prolongs a drive that an edge ends, and none that the cap ends. Both together, however large, count no more than is
        allowed."""
        by_cap = self.most >= CAP
        allowed = MARGIN + min(waited + (0 if by_cap else late), ALLOWANCE)
        return (
            drive["direction"] == self.direction
            and drive["ns"] is not None
            and self.least - ROUNDING <= drive["ns"] / MILLISECOND <= self.most + allowed
        )


def extend(least, most):
    return Interval("extend", least, most)


def retract(least, most):
    return Interval("retract", least, most)


# A full stroke of the plant's mechanism, with a fresh battery and whatever seed (board/scenarios/*.scenario has the same).
FULL_EXTEND = extend(350, 600)
FULL_RETRACT = retract(300, 550)


def milliseconds(drive):
    return None if drive["ns"] is None else drive["ns"] / MILLISECOND


def thread(author):
    """The number of the thread that `by` and `endedBy` name. (The kernel does not always know the name of a young one.)"""
    return int(author.rsplit("-", 1)[1])


def show(drives):
    return ", ".join(
        f"{drive['direction']} {milliseconds(drive) or float('nan'):.1f} ms, then {drive['then']}" for drive in drives
    )


def assert_drives(trace, *expected):
    """Exactly these drives, one after the other; returns them."""
    record = trace.record()
    drives = record["drives"]
    # The plant says by how much the latest of its edges was late.
    late = record["latest"] / MILLISECOND
    wanted = ", ".join(map(str, expected)) or "nothing"
    seen = show(drives) or "nothing"
    assert len(drives) == len(expected), f"driven: {seen}; expected: {wanted}"
    for drive, interval in zip(drives, expected):
        waited = trace.kept_waiting(drive["start"], drive["end"]) if drive["end"] else 0
        assert interval.holds(drive, waited, late), (
            f"driven: {seen}; expected: {wanted} (edges up to {late:.1f} ms late, host {waited:.1f} ms late)"
        )
    return drives


def assert_cap(trace, cap=CAP):
    """No drive is longer than the cap and the margin; returns the longest, in milliseconds."""
    longest = 0.0
    for drive in trace.drives():
        assert drive["ns"] is not None, f"something is still driven: {drive}"
        length = milliseconds(drive)
        longest = max(longest, length)
        if length > cap + MARGIN:
            waited = trace.kept_waiting(drive["start"] + int(cap * MILLISECOND), drive["end"])
            assert length <= cap + MARGIN + waited, f"longer than {cap} ms: {show([drive])} (host {waited:.1f} ms late)"
    return longest


def assert_prompt(trace, edge, end, what):
    """The drive's end follows the edge at once."""
    late = (end - edge["at"]) / MILLISECOND
    # The plant notes the time before it hands the edge to the kernel.
    waited = trace.kept_waiting(edge["at"], end) if late > MARGIN else 0
    assert -ROUNDING <= late <= MARGIN + waited, f"{what}: ended {late:.1f} ms after the edge (host {waited:.1f} ms late)"
    return late


def assert_lawful(trace):
    """What holds of anything that is ever driven."""
    record = trace.record()
    for entry in record["whileAsleep"]:
        # mortise-outputs-off takes the sleep line first, and the others with the same call.
        assert entry["ns"] is not None and entry["ns"] / MILLISECOND <= MARGIN, (
            f"the bridge's inputs were high while the driver slept: {entry}"
        )
    assert_cap(trace, CAP_MAXIMUM)
    for reversal in record["reversals"]:
        pause = reversal["coasted"] / MILLISECOND
        assert pause >= DEAD_TIME - ROUNDING, f"reversed after {pause:.1f} ms of coasting: {reversal}"
