"""Everything that goes wrong on a bench, and what was driven meanwhile."""

import time

from hil.intervals import (
    CAP,
    CAP_MAXIMUM,
    FULL_EXTEND,
    MARGIN,
    MILLISECOND,
    assert_drives,
    assert_prompt,
    extend,
    retract,
    show,
)

# The virtual board has no stall sensor, so a bolt that does not get on is driven until the cap.
# (The deadline is reckoned from just before the lines are set, so a drive may be a little shorter than its cap.)
TO_THE_CAP_OUT = extend(CAP - MARGIN, CAP)


def test_an_obstruction_is_tried_again_then_latched_as_a_jam_and_unlocking_is_accepted(lock, plant, trace):
    plant("fault obstruction 12 hard")
    jam = lock.lock()
    assert (jam.outcome, jam.fault) == ("failed", "blocked"), jam
    assert lock.state() == ("jammed", "blocked")
    back_off = retract(100, 400)
    # A bolt that left its place and did not arrive may only have become slow: the next attempts may take longer.
    longer = extend(CAP_MAXIMUM - MARGIN, CAP_MAXIMUM)
    drives = assert_drives(trace, TO_THE_CAP_OUT, back_off, longer, back_off, longer)
    assert all(drive["then"] == "brake" for drive in drives), show(drives)
    assert 11 <= plant.position() <= 12.6

    again = lock.lock()
    assert (again.outcome, again.fault) == ("refused", "blocked"), again
    assert len(trace.drives()) == 5, "a refused lock has driven something"

    trace.again()
    out = lock.unlock()
    assert (out.outcome, out.state) == ("done", "unlocked"), out
    assert_drives(trace, back_off)
    lock.expect_logged(0, "lock failed blocked", "lock refused blocked", "unlock done unlocked")


def test_both_limits_at_rest_contradict_each_other_and_nothing_is_driven(lock, plant, trace):
    plant("fault both-limits-active")
    lock.wait_for_state("fault")
    assert lock.state() == ("fault", "sensorConflict")
    assert lock.status()["position"] == "conflict"
    for command in ("lock", "unlock"):
        answer = lock.ask(command)
        assert (answer.outcome, answer.fault) == ("refused", "sensorConflict"), answer
    plant("button press 150ms")
    plant.wait("inactive inside-button")
    plant("end all")
    lock.wait_for_state("unlocked")
    assert_drives(trace)
    lock.expect_logged(0, "lock refused sensorConflict", "unlock refused sensorConflict", "faultCleared done unlocked")


def test_both_limits_in_mid_stroke_end_the_drive(lock, plant, trace):
    going = lock.begin_lock(plant, "position above 8")
    plant("fault both-limits-active")
    hit = going.answer()
    assert (hit.outcome, hit.fault) == ("failed", "sensorStuck"), hit
    [drive] = assert_drives(trace, extend(100, 450))
    # (The switch behind bounces, and is active at times, when the bolt leaves it.)
    edge = next(edge for edge in trace.edges("extended-limit") if edge["active"])
    assert_prompt(trace, edge, drive["end"], "both limits")
    out = lock.unlock()
    assert (out.outcome, out.fault) == ("refused", "sensorStuck"), out
    plant("end all")
    lock.wait_for_state("between")
    fine = lock.unlock()
    assert (fine.outcome, fine.state) == ("done", "unlocked"), fine


def test_a_switch_that_is_stuck_closed_at_home_is_found_at_the_other_end(lock, plant, trace):
    plant("fault limit-stuck retracted active")
    stuck = lock.lock()
    assert (stuck.outcome, stuck.fault) == ("failed", "sensorStuck"), stuck
    assert lock.state() == ("fault", "sensorStuck")
    assert_drives(trace, FULL_EXTEND)
    plant("end all")
    lock.wait_for_state("locked")
    fine = lock.unlock()
    assert (fine.outcome, fine.state) == ("done", "unlocked"), fine


def test_a_switch_that_closes_too_early_is_not_believed(lock, plant, trace):
    # An early edge has to come within the first 80 ms of the drive, which no command from outside can be sure to do: stuck
    # before the stroke it is a conflict, and nothing is driven.
    plant("fault limit-stuck extended active")
    lock.wait_for_state("fault")
    answer = lock.lock()
    assert (answer.outcome, answer.fault) == ("refused", "sensorConflict"), answer
    assert_drives(trace)
    plant("end all")
    lock.wait_for_state("unlocked")


def test_a_switch_at_the_strike_that_never_closes_is_named_once_the_lock_is_calibrated(lock, plant, trace):
    learned = lock.ask("calibrate")
    assert learned.outcome == "done", learned
    trace.again()
    plant("fault limit-stuck extended inactive")
    stuck = lock.lock()
    assert (stuck.outcome, stuck.fault) == ("failed", "sensorStuck"), stuck
    cap = 1.5 * learned.json["extendNanoseconds"] / MILLISECOND + 100
    first = trace.drives()[0]
    waited = trace.kept_waiting(first["start"], first["end"])
    # (A drive to the cap widens the next one's.)
    assert first["direction"] == "extend"
    assert cap - MARGIN <= first["ns"] / MILLISECOND <= cap + MARGIN + waited, show([first])
    out = lock.unlock()
    assert (out.outcome, out.state) == ("done", "unlocked"), out


def test_a_driver_fault_in_mid_stroke_lets_the_motor_coast(lock, plant, trace):
    going = lock.begin_lock(plant, "position above 5")
    plant("fault driver-fault")
    hurt = going.answer()
    assert (hurt.outcome, hurt.fault) == ("failed", "driverFault"), hurt
    assert lock.state() == ("fault", "driverFault")
    [drive] = assert_drives(trace, extend(60, 400))
    assert drive["then"] == "coast", "a driver that has let go is not asked to brake"
    edge = next(edge for edge in trace.edges("driver-fault") if edge["active"])
    assert_prompt(trace, edge, drive["end"], "nFAULT")
    again = lock.lock()
    assert (again.outcome, again.fault) == ("refused", "driverFault"), again
    plant("end all")
    out = lock.unlock()
    assert (out.outcome, out.state) == ("done", "unlocked"), out


def test_a_bouncing_switch_ends_the_drive_at_its_first_edge(lock, plant, trace):
    plant("fault limit-noise extended")
    worn = lock.lock()
    assert (worn.outcome, worn.state) == ("done", "locked"), worn
    [drive] = assert_drives(trace, FULL_EXTEND)
    edges = trace.edges("extended-limit")
    # (Where the board was kept waiting, the plant leaves out what it could not act out in time.)
    assert len(edges) + plant.status()["lateness"]["skipped"] > 3, f"the switch did not bounce: {edges}"
    first = next(edge for edge in edges if edge["active"])
    assert_prompt(trace, first, drive["end"], "the first bounce")
    trace.again()
    out = lock.unlock()
    assert (out.outcome, out.state) == ("done", "unlocked"), out
    # Where the board was kept waiting, the worn contact behind the bolt can bounce for so long that the lock takes the bolt for
    # one that came back, and tries again.
    drives = trace.drives()
    assert drives and all(drive["direction"] == "retract" for drive in drives), show(drives)


def test_locking_is_refused_while_the_door_is_open(lock, plant, trace):
    plant("door open")
    lock.wait_for(Door='s "open"')
    early = lock.lock()
    assert (early.outcome, early.fault) == ("refused", "doorOpen"), early
    assert_drives(trace)
    plant("door close")
    lock.wait_for(Door='s "closed"')
    assert lock.lock().state == "locked"
    assert_drives(trace, FULL_EXTEND)


def test_a_door_that_opens_in_mid_stroke_takes_the_bolt_back(lock, plant, trace):
    going = lock.begin_lock(plant, "position above 5")
    plant("door open")
    gone = going.answer()
    assert (gone.outcome, gone.fault) == ("refused", "doorOpen"), gone
    lock.wait_for_state("unlocked")
    out, _ = assert_drives(trace, extend(60, 450), retract(50, 500))
    assert out["then"] == "brake"


def test_a_turn_by_hand_is_seen_and_nothing_is_driven(lock, plant, trace):
    plant("thumbturn to 10")
    lock.wait_for_state("between")
    plant("thumbturn extend")
    lock.wait_for_state("locked")
    plant("thumbturn retract")
    lock.wait_for_state("unlocked")
    plant("thumbturn release")
    assert_drives(trace)
    lock.expect_logged(0, "movedByHand done locked", "movedByHand done unlocked")


def test_a_low_battery_warns_then_keeps_its_charge_for_unlocking(lock, plant, trace):
    assert lock.lock().state == "locked"
    plant("battery 24")
    lock.wait_for(Alarms='as 1 "lowBattery"')
    plant("battery 9")
    lock.wait_for(BatteryPercent="i 9")
    trace.again()
    out = lock.unlock()
    assert (out.outcome, out.state) == ("done", "unlocked"), out
    # A weak battery is slow.
    assert_drives(trace, retract(300, CAP))
    kept = lock.lock()
    assert (kept.outcome, kept.fault) == ("refused", "lowBattery"), kept
    assert len(trace.drives()) == 1
    plant("battery 100")
    lock.wait_for(Alarms="as 0")
    assert lock.lock().state == "locked"


def test_a_factory_reset_that_is_announced_is_an_alarm_until_a_press_calls_it_off(lock, plant, board):
    cursor = board.cursor()
    # 20 s announce it; the hand lets go a little later.
    plant("button press 22000ms")
    lock.wait_for(40, Alarms='as 1 "reset"')
    assert "factory reset announced" in board.read("mortise status")
    # What no administrator's word ends.
    board.run("mortise acknowledge")
    lock.wait_for(Alarms='as 1 "reset"')
    plant.wait("inactive inside-button")
    # No finger is back within the 10 ms for which a contact may bounce, and the plant is.
    time.sleep(0.2)
    plant("button press 150ms")
    lock.wait_for(Alarms="as 0")
    said = board.said(cursor)
    assert "has been announced" in said and "called off" in said, said


def test_a_gauge_that_does_not_answer_is_an_alarm_and_refuses_nothing(lock, plant, trace):
    plant("fault gauge-unreadable")
    lock.wait_for(BatteryState='s "unreadable"', Alarms='as 1 "batteryUnreadable"')
    assert lock.lock().state == "locked"
    assert_drives(trace, FULL_EXTEND)


def test_a_reversed_motor_does_not_leave_its_place_and_is_driven_to_the_cap_only(lock, plant, trace):
    plant("fault motor-reversed")
    wrong = lock.lock()
    assert (wrong.outcome, wrong.fault) == ("failed", "notMoving"), wrong
    assert lock.state() == ("jammed", "notMoving")
    assert_drives(trace, TO_THE_CAP_OUT, TO_THE_CAP_OUT, TO_THE_CAP_OUT)


def test_calibration_finds_a_reversed_motor_once_a_hand_has_turned_the_bolt_half_way(lock, plant, trace):
    plant("fault motor-reversed")
    find = lock.begin("calibrate")
    plant.wait(f"drives 1 since {trace.mark}")
    plant.wait("off")
    plant("thumbturn to 10")
    plant.wait("position above 9.5")
    plant("thumbturn release")
    found = find.answer()
    assert (found.outcome, found.fault) == ("failed", "driverFault"), found
    assert lock.state() == ("fault", "driverFault")
    plant("end all")
    out = lock.unlock()
    assert (out.outcome, out.state) == ("done", "unlocked"), out
