"""The mutants of the core, and the run that must catch each of them.

A mutant is one deliberate mistake in Sources/LockCore: a text that must be there exactly once, and what it is replaced by (where
something is guarded twice, in both places).
The walk (Sources/LockSimulation/RandomWalk) knows the core only from outside, so what it does not catch it does not check.

usage: mutants.py [--seed N] [--inputs N] [NAME ...]
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORE = ROOT / "Sources" / "LockCore"
SIMULATION = ROOT / "Sources" / "LockSimulation"


@dataclass(frozen=True)
class Mutant:
    name: str
    file: str
    old: str
    new: str
    # Rarer mistakes take a longer walk.
    inputs: int = 250_000
    # The same mistake where it is guarded against a second time: (file, old, new).
    also: tuple[tuple[str, str, str], ...] = ()


MUTANTS = [
    Mutant("dead time dropped", "Device+Stroke.swift",
           """            effects.append(.coast)
            enter(.coasting(move, end, deadline: now + configuration.stroke.deadTime), &effects)
        case .coasting""",
           """            effects.append(.coast)
            enter(.coasting(move, end, deadline: now), &effects)
        case .coasting""",
           also=(("BoltDriver.swift", "if hasDriven, let since = coastingSince, now < since + deadTime {",
                  "if hasDriven, let since = coastingSince, now < since {"),)),
    Mutant("cap off by ten", "BoltDriver.swift",
           "cap: now + wanted.cap,", "cap: now + wanted.cap + .milliseconds(10),"),
    Mutant("cap of its own", "BoltDriver.swift",
           "cap: now + wanted.cap,", "cap: now + .seconds(9),"),
    Mutant("switches exchanged", "Limits.swift",
           "case (true, false): .extended", "case (true, false): .retracted"),
    Mutant("wrong limit awaited", "Limits.swift",
           "self == .extend ? .extended : .retracted }\n}", "self == .extend ? .retracted : .extended }\n}"),
    Mutant("no brake at the edge", "BoltDriver.swift",
           "        if let drive, timestamp < drive.began { return }\n        judge(at: timestamp)", ""),
    Mutant("journal not waited for", "Device+Stroke.swift",
           "            effects.append(.startTimer(.stroke, deadline: deadline))\n        }\n    }\n\n    mutating func join",
           "            wake(at: now, &effects)\n        }\n    }\n\n    mutating func join"),
    Mutant("journal failure not noted", "Device+Stroke.swift",
           "        stroke?.warning = .journalUnavailable\n", ""),
    Mutant("journal wait without a bound", "Device+Stroke.swift",
           "            effects.append(.startTimer(.stroke, deadline: deadline))\n        }\n    }\n\n    mutating func join",
           "        }\n    }\n\n    mutating func join"),
    Mutant("duty not charged", "Device+Stroke.swift",
           "            duty.spend(elapsed, endedAt: end.ended)\n", "            _ = elapsed\n"),
    Mutant("duty refilled ten times as fast", "DutyBudget.swift",
           "rested / Int64(limit.restPerDrive)))", "rested * 10 / Int64(limit.restPerDrive)))"),
    Mutant("only the first ticket answered", "Device+Stroke.swift",
           "        for ticket in stroke.tickets {\n            answer(ticket, reply",
           "        for ticket in stroke.tickets.prefix(1) {\n            answer(ticket, reply"),
    Mutant("superseded tickets answered twice", "Device+Stroke.swift",
           "        guard let current = stroke else { return }\n",
           "        guard let current = stroke else { return }\n"
           "        for ticket in current.tickets { answer(ticket, .refused(code), .refused(code), at: now, &effects) }\n"),
    Mutant("audit entry forgotten on refusal", "Device+Commands.swift",
           "        answer(ticket, .refused(code), .refused(code), at: now, &effects)\n    }\n\n    // MARK: Strokes",
           "        if let id = ticket.id { effects.append(.reply(id, .refused(code))) }\n    }\n\n    // MARK: Strokes"),
    Mutant("arrival not verified", "Device+Stroke.swift",
           "return conclude(.done, at: now, &effects)\n        }\n        if limits.position == .conflict",
           "return conclude(.done, at: now, &effects)\n        }\n        limits = LimitReading(\n"
           "            extended: stroke.goal == .locked, retracted: stroke.goal == .unlocked)\n"
           "        if limits.position != .conflict { return conclude(.done, at: now, &effects) }\n"
           "        if limits.position == .conflict"),
    Mutant("driver left awake", "Device+Stroke.swift",
           "        effects.append(.sleepDriver)\n        enter(.settling", "        enter(.settling"),
    Mutant("stale timers believed", "Device.swift",
           "guard let stroke, stroke.phase.deadline == deadline else { return }", "guard stroke != nil else { return }"),
    Mutant("unlock refused while jammed", "Device+Commands.swift",
           "        guard goal == .locked else { return nil }\n        if hasDriverFault",
           "        if hasDriverFault"),
    Mutant("motion never closed", "Device+Commands.swift",
           "closing: ticket.motion, at: now, &effects)", "closing: nil, at: now, &effects)"),
    Mutant("boot wakes the driver", "Device+Boot.swift",
           "        isBooted = true\n", "        isBooted = true\n        effects.append(.wakeDriver)\n"),
    Mutant("lost drive end waited for", "Device+Stroke.swift",
           "        enter(.driving(move, id, deadline: now + cap + Self.driveAnswerMargin), &effects)",
           "        stroke?.phase = .driving(move, id, deadline: now + cap + Self.driveAnswerMargin)"),
    Mutant("a learned time never doubted", "Device+Stroke.swift",
           "            widened[move.direction.limit] = true\n            stroke?.evidence.capMayBeTooShort = true\n", ""),
    Mutant("a silent bolt thread believed", "Device+Stroke.swift",
           "            unansweredDrive = id\n", "            _ = id\n"),
    Mutant("an unlock answered done wherever the bolt is", "Device+Stroke.swift",
           "        if limits.position == position(of: stroke.goal) {\n            if let arrival",
           "        if limits.position == position(of: stroke.goal) || stroke.goal == .unlocked {\n            if let arrival"),
    Mutant("whoever joins answered done at once", "Device+Commands.swift",
           "        case .join: join(ticket, goal, &effects)",
           "        case .join: answer(ticket, .done(state), .done(state), at: now, &effects)"),
    Mutant("an audit entry doubled after a power cut", "Device+Boot.swift",
           "            audit(AuditAction(of: motion.target), motion.origin, outcome, closing: motion.id, at: now, &effects)\n",
           "            audit(AuditAction(of: motion.target), motion.origin, outcome, at: now, &effects)\n"
           "            audit(AuditAction(of: motion.target), motion.origin, outcome, closing: motion.id, at: now, &effects)\n"),
    Mutant("whoever had joined forgotten after a power cut", "Device+Boot.swift",
           "        for motion in interrupted {", "        for motion in interrupted.prefix(1) {"),
    Mutant("whoever joins not journaled", "Device+Stroke.swift",
           "        let (journaled, _) = journaling(ticket, goal, &effects)\n        if stroke?.interruption",
           "        let journaled = ticket\n        if stroke?.interruption"),
    Mutant("what waits for another stroke's end journaled twice", "Device+Stroke.swift",
           "        if let motion = ticket.motion { return (ticket, motion) }\n", ""),
    Mutant("the journal's early answer not heeded", "Device+Stroke.swift",
           "successor.tickets[waiting].isJournaled = stored", "successor.tickets[waiting].isJournaled = true"),
    Mutant("inside button ignored", "Device+Commands.swift",
           "        request(.unlocked, Ticket(id: nil, origin: .insideButton, action: .unlock), at: now, &effects)\n", ""),
    Mutant("a lock turns round who wants out", "Device+Commands.swift",
           "if current == .calibrated || tickets.contains(where: \\.origin.isInside) {", "if current == .calibrated {"),
    Mutant("an unlock refused long before the motor is hot", "Device+Commands.swift",
           "            case .unlocked: unlock\n", "            case .unlocked: unlock + .seconds(1)\n"),
    Mutant("an interrupted stroke told as done", "Device+Boot.swift",
           "        motion.target != .calibrated && limits.position == position(of: motion.target)",
           "        motion.target != .calibrated"),
    Mutant("an unlock refused on a low battery", "Device+Commands.swift",
           "            if !battery.allowsMoving { return .lowBattery }", "            if !battery.allowsLocking { return .lowBattery }"),
    Mutant("a second unlock told to be busy", "Device+Commands.swift",
           "return tickets.count < Stroke.maximumTickets ||", "return tickets.count < 1 ||"),
    Mutant("a jam not latched", "Device+Stroke.swift",
           "            latch = .jammed(code)\n", "            latch = nil\n"),
    Mutant("a stroke not published", "Device.swift",
           "        effects.append(.publish(status))", "        if stroke == nil { effects.append(.publish(status)) }"),
    Mutant("locked with the door open", "Device+Commands.swift",
           "            if isDoorOpen { return .doorOpen }\n", ""),
    Mutant("lock-out mode ignored", "Device+Commands.swift",
           "        if goal != .locked, settings.mode == .lockOut, origin.mayBeOutside { return .refuse(.lockedOut) }\n", ""),
    Mutant("a measured time off by a millisecond", "Device+Calibration.swift",
           "stroke?.calibration?.extend = end.elapsed", "stroke?.calibration?.extend = end.elapsed + .milliseconds(1)"),
    Mutant("a doubted switch forgotten in a conflict", "Device+Stroke.swift",
           "            latch = code == .sensorConflict ? nil : .faulty(code)",
           "            if code != .sensorConflict { latch = .faulty(code) }", inputs=2_500_000),
    Mutant("settings answered and not taken", "Device+Commands.swift",
           "        settings = new\n", "        if stroke == nil { settings = new }\n"),
]


def run(command):
    """Runs a compiler; what it complains of goes to the log, because that alone says why."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        print(done.stdout, done.stderr, sep="", file=sys.stderr)
        sys.exit(f"{Path(command[0]).name} ended with {done.returncode}")


def build(core, work, swiftc):
    """Compiles the core; the simulation's object is reused, because no mutant changes what the core looks like from outside."""
    sources = sorted(str(path) for path in core.rglob("*.swift"))
    run([*swiftc, "-parse-as-library", "-module-name", "LockCore", "-emit-module", "-emit-module-path", str(work / "LockCore.swiftmodule"),
         "-c", *sources, "-o", str(work / "LockCore.o")])


def link(work, name):
    program = work / name
    run(["swiftc", str(work / "LockCore.o"), str(work / "LockSimulation.o"), str(work / "main.o"), "-o", str(program)])
    return program


# How the walk reports what it has found.
FINDING = re.compile(r"seed \d+, after \d+ inputs: \w+ at \d+ ns: ")
# How long the core itself may walk, on a machine that does other things too.
PRISTINE_SECONDS = 1800


def walk(program, seed, inputs, seconds):
    try:
        done = subprocess.run([str(program), str(seed), str(inputs)], capture_output=True, text=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return "endless", f"no end within {seconds} s"
    output = done.stdout.strip().splitlines()
    line = output[-1] if output else f"ended with {done.returncode}"
    if done.returncode == 0:
        return "clean", line
    # Only a rule that was broken, with the seed that replays it. Whatever crashes was not seen through.
    return "caught" if done.returncode == 1 and FINDING.match(line) else "crashed", line


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--inputs", type=int, help="as many for every mutant, instead of its own")
    parser.add_argument("names", nargs="*", help="only these mutants")
    arguments = parser.parse_args()
    # All of them take a quarter of an hour; a quarter of them, spread over the core, is what every run can bear.
    everything = arguments.names or os.environ.get("MORTISE_FULL")
    chosen = MUTANTS if everything else [mutant for mutant in MUTANTS if mutant.inputs <= Mutant.inputs][::4]
    wanted = [mutant for mutant in chosen if not arguments.names or mutant.name in arguments.names]

    with tempfile.TemporaryDirectory(prefix="mortise-mutants-") as directory:
        work = Path(directory)
        swiftc = ["swiftc", "-O", "-wmo", "-package-name", "mortise", "-swift-version", "6", "-I", str(work),
                  "-enable-upcoming-feature", "InternalImportsByDefault", "-enable-upcoming-feature", "MemberImportVisibility"]
        build(CORE, work, swiftc)
        simulation = sorted(str(path) for path in SIMULATION.rglob("*.swift"))
        run([*swiftc, "-parse-as-library", "-module-name", "LockSimulation", "-emit-module", "-emit-module-path",
             str(work / "LockSimulation.swiftmodule"), "-c", *simulation, "-o", str(work / "LockSimulation.o")])
        run([*swiftc, "-c", str(ROOT / "Tests" / "Mutants" / "main.swift"), "-o", str(work / "main.o")])
        began = time.monotonic()
        verdict, line = walk(
            link(work, "pristine"), arguments.seed, arguments.inputs or max(mutant.inputs for mutant in wanted),
            PRISTINE_SECONDS)
        # On a busy machine everything takes longer, and a walk that is merely slow is no proof of anything.
        patience = max(300, 4 * (time.monotonic() - began))
        print(f"the core itself: {line}", flush=True)
        if verdict != "clean":
            print("the walk must find nothing in the core before it can judge mutants", file=sys.stderr)
            return 1

        survivors = []
        for mutant in wanted:
            began = time.monotonic()
            core = work / "core"
            shutil.copytree(CORE, core)
            stale = False
            for file, old, new in ((mutant.file, mutant.old, mutant.new), *mutant.also):
                path = core / file
                text = path.read_text()
                if text.count(old) != 1:
                    print(f"{mutant.name}: {file} holds its text {text.count(old)} times, not once; "
                          "bring Tests/Mutants/mutants.py up to date", file=sys.stderr)
                    stale = True
                path.write_text(text.replace(old, new))
            if stale:
                survivors.append(mutant.name)
                shutil.rmtree(core)
                continue
            build(core, work, swiftc)
            verdict, line = walk(
                link(work, "mutant"), arguments.seed, arguments.inputs or mutant.inputs, patience)
            shutil.rmtree(core)
            if verdict != "caught":
                verdict = f"SURVIVED ({verdict})"
            print(f"{verdict}: {mutant.name} ({line}; {time.monotonic() - began:.0f} s)", flush=True)
            if verdict != "caught":
                survivors.append(mutant.name)
    print(f"{len(wanted) - len(survivors)} of {len(wanted)} mutants caught")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
