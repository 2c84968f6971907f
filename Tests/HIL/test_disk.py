"""The state volume stands still."""

import contextlib
import time

from hil.intervals import FULL_EXTEND, FULL_RETRACT, assert_cap, assert_drives


@contextlib.contextmanager
def suspended_state(board):
    """Nothing is written to the state volume any more; writers wait. (Without --noflush it would wait for the file system.)"""
    board.run("dmsetup suspend --nolockfs --noflush mortise-state")
    try:
        yield
    finally:
        board.run("dmsetup resume mortise-state")


def test_with_the_state_volume_suspended_the_inside_button_opens_and_locking_is_refused(lock, plant, trace, board):
    assert lock.lock().state == "locked"
    logged = lock.last_logged()
    trace.again()
    with suspended_state(board):
        plant("button press 150ms")
        plant.wait("position below 0.5")
        plant.wait("off")
        assert_drives(trace, FULL_RETRACT)
        lock.wait_for_state("unlocked")
        lock.wait_for(JournalAvailable="b false")
        refused = lock.lock()
        assert (refused.outcome, refused.fault) == ("refused", "journalUnavailable"), refused
        assert len(trace.drives()) == 1
    lock.wait_for(JournalAvailable="b true", seconds=30)
    lock.expect_logged(logged, "unlock done unlocked", "lock refused journalUnavailable")
    unlocked = next(entry for entry in lock.log(logged) if entry["action"] == "unlock")
    assert (unlocked["origin"], unlocked["warning"]) == ("inside-button", "journalUnavailable")
    assert lock.lock().state == "locked"


def test_the_cap_holds_with_the_state_volume_suspended_in_mid_stroke(lock, plant, trace, board):
    # So that nothing but the cap ends the drive.
    plant("fault obstruction 12 hard")
    lock.begin_lock(plant, "position above 2", seconds=20)
    with suspended_state(board):
        plant.wait("off", 30)
        assert_cap(trace)
        assert trace.drives()[0]["direction"] == "extend"
        plant("end all", "button press 150ms")
        plant.wait("position below 0.5")
    lock.wait_for_state("unlocked")


def test_the_button_still_opens_when_the_disk_has_stood_still_for_longer_than_the_watchdog(
    lock, impatient, plant, trace, board
):
    """What has to do with the disk may stand still; the way out may not."""
    assert lock.lock().state == "locked"
    process = board.process()
    trace.again()
    with suspended_state(board):
        # Something to write, so that the storage thread stands in the kernel.
        lock.begin("lock")
        time.sleep(3 * impatient)
        plant("button press 150ms")
        plant.wait("position below 0.5", 20)
        plant.wait("off")
    assert board.process() == process, "the daemon was killed for a disk that stood still"
    lock.wait_for_state("unlocked")
    assert_drives(trace, FULL_RETRACT)


def test_a_stroke_of_every_kind_is_written_down_once_the_disk_is_back(lock, plant, trace, board):
    logged = lock.last_logged()
    with suspended_state(board):
        assert lock.unlock().outcome == "done"
        refused = lock.lock()
        assert (refused.outcome, refused.fault) == ("refused", "journalUnavailable"), refused
    lock.wait_for(JournalAvailable="b true", seconds=30)
    assert lock.lock().state == "locked"
    assert_drives(trace, FULL_EXTEND)
    lock.expect_logged(logged, "unlock already unlocked", "lock refused journalUnavailable", "lock done locked")
