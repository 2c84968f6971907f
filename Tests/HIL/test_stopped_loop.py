"""The loop's thread stands still: the bolt thread ends a drive all the same, and the watchdog ends the daemon."""

import os
import random
import time

import pytest
from hil.board import PROJECT
from hil.intervals import CAP, MARGIN, assert_cap, thread

HOLD = "/run/mortise-hil/hold_thread.pl"
# The main thread has the program's name.
LOOP = "mortised"
# Longer than any drive.
HELD_SECONDS = 2.5


@pytest.fixture
def hold(board):
    source = (PROJECT / "Tests/HIL/hil/hold_thread.pl").read_text()
    board.run_over_ssh(f"cat >{HOLD}", input=source)
    return lambda process, seconds: Hold(board, process, seconds)


class Hold:
    """Stops the loop's thread when it is told to, and lets it go after a while."""

    GO = "/run/mortise-hil/go"

    def __init__(self, board, process, seconds):
        self.board = board
        board.run(f"rm -f {self.GO} {self.GO}.ready")
        self.running = board.begin(["perl", HOLD, str(process), LOOP, str(seconds), self.GO], seconds=seconds + 120)
        board.wait(f"[ -e {self.GO}.ready ]")

    def go(self):
        self.board.touch(self.GO)

    def end(self):
        """Returns the boot times at which it stood still and was let go, in nanoseconds."""
        held = self.running.result()
        assert held.code == 0, held
        return [int(line.split()[1]) for line in held.out.splitlines()]


def test_the_cap_holds_with_the_loop_stopped_at_any_point_of_a_stroke(lock, plant, trace, board, hold, repetitions, figure):
    """With something in the way, so that only the cap ends the drive."""
    seed = int(os.environ.get("MORTISE_SEED", "1"))
    choice = random.Random(seed)
    longest, driven, caught = 0.0, 0, 0
    turns = repetitions(3, 100)
    for turn in range(turns):
        # A new daemon each time: the motor's duty budget would refuse the sixth jam.
        lock.stop()
        plant("reset", "fault obstruction 12 hard")
        lock.start()
        process = board.process()
        held = hold(process, HELD_SECONDS)
        trace.again()
        # From before the drive to its middle.
        if choice.random() < 0.7:
            going = lock.begin_lock(plant, f"position above {choice.uniform(0.2, 11):.2f}", seconds=30)
        else:
            going = lock.begin("lock", seconds=30)
            time.sleep(choice.uniform(0, 0.5))
        held.go()
        began, ended = held.end()
        # Before it tries again for long.
        lock.stop()
        going.answer()
        plant.wait("off")
        longest = max(longest, assert_cap(trace))
        drives = trace.drives()
        driven += len(drives)
        # With nobody but the bolt thread to end it.
        alone = [drive for drive in drives if began < drive["end"] < ended]
        for drive in alone:
            assert drive["then"] == "brake" and thread(drive["endedBy"]) == thread(drive["by"]), drive
        caught += bool(alone)
    # One that stood still before its order went out, or between two drives, drives nothing meanwhile.
    assert caught >= turns / 2, f"only {caught} of {turns} were held in a drive (seed {seed})"
    figure(
        "Loop stopped in mid-stroke, longest drive",
        f"{longest:.1f} ms of {driven} drives, {caught} of them with the loop stopped at their end (cap {CAP} ms, margin"
        f" {MARGIN} ms and the host's; seed {seed})",
    )


def test_a_loop_that_stands_still_ends_in_the_watchdog_and_with_the_motor_off(
    lock, impatient, plant, trace, board, hold
):
    process = board.process()
    cursor = board.cursor()
    plant("fault obstruction 12 hard")
    # Longer than the watchdog and its patience. (A process that has been killed is gone only when who traces it lets go.)
    held = hold(process, impatient + 9)
    lock.begin_lock(plant, "position above 5", seconds=5)
    held.go()
    # The drive ends by its cap, long before the watchdog.
    plant.wait("brake", 5)
    board.wait(f"[ ! -e /proc/{process} ]", 45)
    plant.wait("off", 15)
    lock.wait_until_ready()
    assert board.process() != process
    assert_cap(trace)
    said = board.said(cursor)
    assert "Watchdog timeout" in said, said
    assert "switched off: MOTOR" in said, said
    plant("end all")
    assert lock.unlock().state == "unlocked"
