"""The state volume stands still."""

import contextlib
import os
import random
import time

from hil.intervals import CAP, FULL_EXTEND, FULL_RETRACT, assert_cap, assert_drives


@contextlib.contextmanager
def suspended_state(board):
    """From the boot time that this gives, nothing is written to the state volume any more; writers wait. (Without --noflush it
    would wait for the file system.)"""
    board.run("dmsetup suspend --nolockfs --noflush mortise-state")
    try:
        yield board.now()
    finally:
        board.run("dmsetup resume mortise-state")


def leave(lock, plant, trace):
    """Somebody goes out by the inside button: one whole stroke, and the lock says so."""
    trace.again()
    plant("button press 150ms")
    plant.wait("position below 0.5")
    plant.wait("off")
    assert_drives(trace, FULL_RETRACT)
    lock.wait_for_state("unlocked")


def test_with_the_state_volume_suspended_the_inside_button_opens_and_locking_is_refused(lock, plant, trace, board):
    assert lock.lock().state == "locked"
    logged = lock.last_logged()
    with suspended_state(board):
        leave(lock, plant, trace)
        lock.wait_for(JournalAvailable="b false")
        refused = lock.lock()
        assert (refused.outcome, refused.fault) == ("refused", "journalUnavailable"), refused
        assert len(trace.drives()) == 1
    lock.wait_for(JournalAvailable="b true", seconds=30)
    lock.expect_logged(logged, "unlock done unlocked", "lock refused journalUnavailable")
    unlocked = next(entry for entry in lock.log(logged) if entry["action"] == "unlock")
    assert (unlocked["origin"], unlocked["warning"]) == ("inside-button", "journalUnavailable")
    assert lock.lock().state == "locked"


def test_without_its_state_volume_the_lock_runs_and_the_inside_button_opens(lock, plant, trace, board):
    """As after a volume that cannot be mounted: it has no superblock. And no other store is begun in its place."""
    device, saved = "/dev/mapper/mortise-state", "/var/tmp/superblock"
    assert lock.lock().state == "locked"
    logged = lock.last_logged()
    lock.stop()
    board.run("systemctl stop var-lib-mortise.mount")
    board.run(f"dd if={device} of={saved} bs=4k count=1 conv=fsync && dd if=/dev/zero of={device} bs=4k count=1 conv=fsync")
    try:
        lock.start()
        assert board.read("systemctl is-failed var-lib-mortise.mount || true") == "failed"
        status = lock.status()
        assert (status["state"], status["storeState"]) == ("locked", "unavailable"), status
        leave(lock, plant, trace)
        lock.wait_for(JournalAvailable="b false")
        refused = lock.lock()
        assert (refused.outcome, refused.fault) == ("refused", "journalUnavailable"), refused
        assert board.read("ls -A /var/lib/mortise") == ""
    finally:
        lock.stop()
        board.run(f"dd if={saved} of={device} bs=4k count=1 conv=fsync && rm {saved}")
        board.run("systemctl reset-failed var-lib-mortise.mount; systemctl start var-lib-mortise.mount")
        lock.start()
    assert lock.last_logged() >= logged
    assert lock.lock().state == "locked"


def test_a_lock_that_is_started_while_its_disk_stands_still_opens_from_inside(lock, plant, trace, board):
    assert lock.lock().state == "locked"
    lock.stop()
    # Nothing of the store in memory.
    board.run("sync && echo 3 >/proc/sys/vm/drop_caches")
    with suspended_state(board):
        lock.start()
        leave(lock, plant, trace)
        assert lock.status()["storeState"] == "unavailable"
    # What the store says is taken up, and the lock goes on as if it had been there.
    lock.wait_for(StoreState='s "opened"', seconds=90)
    assert lock.lock().state == "locked"


def test_the_cap_holds_with_the_state_volume_suspended_in_mid_stroke(lock, plant, trace, board, repetitions, figure):
    seed = int(os.environ.get("MORTISE_SEED", "1"))
    choice = random.Random(seed)
    longest, turns = 0.0, repetitions(1, 100)
    for _ in range(turns):
        # A new daemon each time: the motor's duty budget would refuse the sixth jam.
        lock.stop()
        # So that nothing but the cap ends the drive.
        plant("reset", "fault obstruction 12 hard")
        lock.start()
        trace.again()
        lock.begin_lock(plant, f"position above {choice.uniform(0.2, 8):.2f}", seconds=20)
        with suspended_state(board) as since:
            plant.wait("off", 30)
            longest = max(longest, assert_cap(trace))
            first = trace.drives()[0]
            assert first["direction"] == "extend"
            assert first["start"] < since < first["end"], f"the disk stood still at {since}, not within the drive: {first}"
            plant("end all", "button press 150ms")
            plant.wait("position below 0.5")
        lock.wait_for_state("unlocked")
    figure(f"Disk suspended in mid-stroke ({turns} times), longest drive", f"{longest:.1f} ms (cap {CAP} ms)")


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
