"""Strokes that go well."""

from hil.intervals import (
    BRAKE,
    CAP,
    FULL_EXTEND,
    FULL_RETRACT,
    MARGIN,
    MILLISECOND,
    ROUNDING,
    assert_drives,
    assert_prompt,
    extend,
    retract,
)


def test_a_lock_and_an_unlock_are_one_drive_each_which_the_switch_ahead_ends(lock, plant, trace):
    locked = lock.lock()
    assert (locked.outcome, locked.state) == ("done", "locked"), locked
    assert plant.position() > 19
    unlocked = lock.unlock()
    assert (unlocked.outcome, unlocked.state) == ("done", "unlocked"), unlocked
    assert plant.position() < 1

    out, back = assert_drives(trace, FULL_EXTEND, FULL_RETRACT)
    assert out["then"] == "brake" and back["then"] == "brake"
    for drive, line in ((out, "extended-limit"), (back, "retracted-limit")):
        # Not those with which the switch bounced when the bolt left it, in the drive before.
        edge = next(edge for edge in trace.edges(line) if edge["active"] and edge["at"] >= drive["start"])
        assert_prompt(trace, edge, drive["end"], line)
    for brake in trace.record()["brakes"]:
        # Ended by the loop, which is not in a hurry.
        assert brake["ns"] / MILLISECOND >= BRAKE - ROUNDING, brake
    lock.expect_logged(0, "lock done locked", "unlock done unlocked")


def test_what_is_done_already_drives_nothing(lock, plant, trace):
    again = lock.unlock()
    assert (again.outcome, again.state) == ("done", "unlocked"), again
    assert_drives(trace)
    lock.expect_logged(0, "unlock already unlocked")


def test_calibration_learns_both_directions_as_the_kernel_saw_them_and_the_caps_follow(lock, plant, trace):
    learned = lock.ask("calibrate")
    assert (learned.outcome, learned.state) == ("done", "unlocked"), learned
    drives = assert_drives(trace, FULL_EXTEND, FULL_RETRACT)
    for drive, name in zip(drives, ("extendNanoseconds", "retractNanoseconds")):
        # By the kernel's stamp of the edge, so shorter than the drive.
        difference = (drive["ns"] - learned.json[name]) / MILLISECOND
        waited = trace.kept_waiting(drive["start"], drive["end"])
        assert -MARGIN <= difference <= MARGIN + waited, f"{name} is {difference:.1f} ms beside the trace: {learned.json}, {drive}"
    assert lock.status()["calibrated"]

    # Half as long again as learned, and 100 ms: sooner than the board's own cap.
    trace.again()
    most = 1.5 * learned.json["extendNanoseconds"] / MILLISECOND + 100
    assert most < CAP
    plant("fault motor-disconnected")
    dead = lock.lock()
    assert (dead.outcome, dead.fault) == ("failed", "notMoving"), dead
    first = trace.drives()[0]
    waited = trace.kept_waiting(first["start"], first["end"])
    assert first["direction"] == "extend"
    assert most - MARGIN <= first["ns"] / MILLISECOND <= most + MARGIN + waited, (most, first)


def test_an_unlock_supersedes_a_lock_after_braking_and_coasting(lock, plant, trace):
    going = lock.begin_lock(plant, "position above 4")
    back = lock.unlock()
    assert (back.outcome, back.state) == ("done", "unlocked"), back
    gone = going.answer()
    assert (gone.outcome, gone.fault) == ("refused", "cancelled"), gone
    # A command from outside takes its time on an emulated board: the bolt may have come nearly all the way.
    out, _ = assert_drives(trace, extend(50, 600), retract(50, 550))
    assert out["then"] == "brake"


def test_the_inside_button_turns_a_lock_round(lock, plant, trace):
    going = lock.begin_lock(plant, "position above 4")
    plant("button press 150ms")
    gone = going.answer()
    assert (gone.outcome, gone.fault) == ("refused", "cancelled"), gone
    lock.wait_for_state("unlocked")
    out, _ = assert_drives(trace, extend(50, 450), retract(50, 500))
    assert out["then"] == "brake"
    lock.expect_logged(0, "lock refused cancelled", "unlock done unlocked")
