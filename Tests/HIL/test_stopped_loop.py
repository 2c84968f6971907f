"""The loop's thread stands still: the bolt thread ends a drive all the same, and the watchdog ends the daemon."""

import os
import random
import time

import pytest
from hil.board import PROJECT
from hil.intervals import CAP, MARGIN, assert_cap

HOLD = "/run/mortise-hil/hold_thread.pl"
# The main thread has the program's name.
LOOP = "mortised"
# Longer than any drive.
HELD_SECONDS = 2.5


@pytest.fixture
def hold(board):
    source = (PROJECT / "Tests/HIL/hil/hold_thread.pl").read_text()
    board.run_over_ssh(f"cat >{HOLD}", input=source)
    return lambda process, seconds: board.begin(
        ["perl", HOLD, str(process), LOOP, str(seconds)], seconds=seconds + 60
    )


def test_the_cap_holds_with_the_loop_stopped_at_any_point_of_a_stroke(lock, plant, trace, board, hold, repetitions, figure):
    """With something in the way, so that only the cap ends the drive."""
    seed = int(os.environ.get("MORTISE_SEED", "1"))
    choice = random.Random(seed)
    longest, driven = 0.0, 0
    for turn in range(repetitions(3, 100)):
        # A new daemon each time: the motor's duty budget would refuse the sixth jam.
        lock.stop()
        plant("reset", "fault obstruction 12 hard")
        lock.start()
        process = board.process()
        trace.again()
        # From before the drive to its middle.
        if choice.random() < 0.7:
            going = lock.begin_lock(plant, f"position above {choice.uniform(0.2, 11):.2f}", seconds=30)
        else:
            going = lock.begin("lock", seconds=30)
            time.sleep(choice.uniform(0, 0.5))
        held = hold(process, HELD_SECONDS).result()
        assert held.code == 0, held
        # Before it tries again for long.
        lock.stop()
        going.answer()
        plant.wait("off")
        longest = max(longest, assert_cap(trace))
        driven += len(trace.drives())
    figure(
        "Loop stopped in mid-stroke, longest drive",
        f"{longest:.1f} ms of {driven} drives (cap {CAP} ms, margin {MARGIN} ms and the host's; seed {seed})",
    )


def test_a_loop_that_stands_still_ends_in_the_watchdog_and_with_the_motor_off(
    lock, impatient, plant, trace, board, hold
):
    process = board.process()
    plant("fault obstruction 12 hard")
    lock.begin_lock(plant, "position above 5", seconds=5)
    # Longer than the watchdog and its patience. (A process that has been killed is gone only when who traces it lets go.)
    hold(process, impatient + 9)
    # The drive ends by its cap, long before the watchdog.
    plant.wait("brake", 5)
    board.wait(f"[ ! -e /proc/{process} ]", 45)
    plant.wait("off", 15)
    lock.wait_until_ready()
    assert board.process() != process
    assert_cap(trace)
    said = board.read("journalctl -b -u mortised.service -o cat -n 60")
    assert "Watchdog timeout" in said, said
    assert "switched off: MOTOR" in said, said
    plant("end all")
    assert lock.unlock().state == "unlocked"
