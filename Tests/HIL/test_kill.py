"""The daemon killed in mid-stroke: the lines keep what they were driven to until mortise-outputs-off drives them."""

import random
import re
import signal

from hil.intervals import MILLISECOND, milliseconds, thread

# From the signal until the motor is off: systemd hears of the death, starts mortise-outputs-off, and it takes the lines. On a
# real board a few hundredths of a second; emulated, beside other work, tenths. A board's hardware has to hold for longer.
OFF_MILLISECONDS = 3000


def test_sigkill_in_mid_stroke_has_the_motor_off_within_a_bounded_time(lock, plant, trace, board, repetitions, figure):
    times, wanted_times, late = [], repetitions(3, 50), 0
    turn = 0
    while len(times) < wanted_times:
        turn += 1
        locking = turn % 2 == 1
        trace.again()
        logged = lock.last_logged()
        cursor = board.cursor()
        process = board.process()
        # Anywhere between just after the start and just before the end.
        place = random.Random(turn).uniform(2, 17)
        if locking:
            lock.begin_lock(plant, f"position above {place:.1f}", seconds=5)
        else:
            lock.begin("unlock", seconds=5)
            plant.wait(f"position below {20 - place:.1f}")
        sent, _ = board.kill(process, signal.SIGKILL)
        plant.wait("off", 15)
        [drive] = trace.drives()
        if drive["then"] == "brake":
            # On a busy machine the plant's word, the signal or both come after the stroke's end: such a turn shows nothing.
            late += 1
            assert late <= wanted_times, f"the stroke was over before the signal came, {late} times: {drive}"
            lock.wait_until_ready()
            wanted = lock.lock() if locking else lock.unlock()
            assert wanted.outcome == "done", wanted
            continue
        off = max(entry["end"] for entry in trace.record()["awake"])
        times.append((off - sent) / MILLISECOND)
        assert times[-1] <= OFF_MILLISECONDS, f"off after {times[-1]:.0f} ms"
        said = board.said(cursor)
        helper = re.search(r"^mortise-outputs-off\[(\d+)\]: .*switched off: MOTOR", said, re.M)
        assert helper, said
        assert thread(drive["endedBy"]) == int(helper[1]), f"ended by somebody else than the helper: {drive}, {said}"

        # It comes back by itself, says what it sees, and has written down what became of the stroke. The motor ran on after
        # the signal, so the bolt may have come to its end.
        lock.wait_until_ready()
        plant.wait("rest")
        position = plant.position()
        state = lock.status()["state"]
        seen = "locked" if position > 19.3 else "unlocked" if position < 0.7 else "between"
        assert state == seen, f"the lock says {state}, and the bolt is at {position} mm"
        action, target = ("lock", "locked") if locking else ("unlock", "unlocked")
        lock.expect_logged(logged, f"{action} done {target}" if seen == target else f"{action} failed powerLost")
        wanted = lock.lock() if locking else lock.unlock()
        assert wanted.outcome == "done", wanted
    times.sort()
    figure(
        f"SIGKILL in mid-stroke to motor off ({len(times)} times, and {late} after the stroke)",
        f"p50 {times[len(times) // 2]:.0f} ms, max {times[-1]:.0f} ms (bound {OFF_MILLISECONDS} ms)",
    )


def test_a_daemon_that_is_told_to_stop_in_mid_stroke_brakes_first(lock, plant, trace, board):
    lock.begin_lock(plant, "position above 5", seconds=5)
    board.run("systemctl stop mortised.service")
    [drive] = trace.drives()
    assert drive["then"] == "brake" and milliseconds(drive) < 600, drive
    lock.start()
    assert lock.status()["state"] in ("between", "locked")


def test_the_lines_that_the_daemon_drove_are_switched_off_whatever_has_become_of_its_profile(lock, plant, trace, board):
    """Somebody edits the profile, and the daemon dies before it has been started with it."""
    file, saved = "/etc/mortise/board.conf", "/run/mortise-hil/board.conf"
    board.run(f"cp {file} {saved} && sed -i 's/^\\(motor-[a-z0-9]*\\)=.*/\\1=NOWHERE_\\1/' {file}")
    try:
        lock.begin_lock(plant, "position above 5", seconds=5)
        board.kill(board.process(), signal.SIGKILL)
        plant.wait("off", 15)
        [drive] = trace.drives()
        assert drive["ns"] is not None and drive["ns"] / MILLISECOND <= OFF_MILLISECONDS + 600, drive
    finally:
        board.run(f"cp {saved} {file} && systemctl reset-failed mortised.service; systemctl restart mortised.service")
    assert board.read("cmp /run/mortise-board.conf /etc/mortise/board.conf") == ""
    plant.wait("rest")
    assert lock.unlock().outcome == "done"
