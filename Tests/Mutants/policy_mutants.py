"""The mutants of TelemetryPolicy, and the run that must catch each of them.

A mutant is one deliberate mistake in Sources/TelemetryPolicy: a text that must be there exactly once, and what it is replaced by. The
walk (Tests/TelemetryPolicyTests/Support/PolicyWalk.swift) judges by the ledger's rows and by what was sent, not by the machine's state.

usage: policy_mutants.py [--seed N] [--steps N] [NAME ...]
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
POLICY = ROOT / "Sources" / "TelemetryPolicy"
SUPPORT = ROOT / "Tests" / "TelemetryPolicyTests" / "Support"
WALK = [SUPPORT / name for name in ("SplitMix.swift", "Samples.swift", "LedgerReading.swift", "PolicyWalk.swift",
                                     "PolicyWalk+Consent.swift", "PolicyWalk+Queue.swift")]


@dataclass(frozen=True)
class Mutant:
    name: str
    file: str
    old: str
    new: str


MUTANTS = [
    Mutant("a gate that forgets the epoch", "Queue/TelemetryQueue.swift",
           "batches.removeAll { $0.epoch != epoch }\n        return erase { $0.epoch != epoch }",
           "return erase { _ in false }"),
    Mutant("a purge that skips leases", "Queue/TelemetryQueue.swift",
           "batches.removeAll { $0.epoch != epoch }\n        return erase { $0.epoch != epoch }",
           "let kept = boundSequences\n        return erase { $0.epoch != epoch && !kept.contains($0.sequence) }"),
    Mutant("a gate that waits for the store before it shuts", "Consent/Consent.swift",
           "        return commit.map { Self.takesAway($0.change.state, from: state) } ?? false\n", "        return false\n"),
    Mutant("a withdrawal in the queue that shuts nothing", "Consent/Consent.swift",
           "|| waiting.contains(where: \\.request.takesAway) {", "{"),
    Mutant("a withdrawal that could not be stored forgotten", "Consent/Consent+Commits.swift",
           "        unsaved = change\n", "        _ = change\n"),
    Mutant("an owner who left and is asked no more", "Gate/Gate.swift",
           "        guard isStillOwner(grant.by) else { return .notByOwner }\n", ""),
    Mutant("a changed policy not noticed", "Consent/Consent+Review.swift",
           "grant.policy == context.manifest.identity && grant.scope", "grant.scope"),
    Mutant("another controller not noticed", "Consent/Consent+Review.swift",
           "(!context.details.isComplete || grant.details.isSameProcessing(as: context.details))", "true"),
    Mutant("a freeze that freezes nothing", "Gate/Gate.swift",
           "guard state.freeze == nil, acceptance.policy == context.manifest.identity, holds(grant, context) else {",
           "guard acceptance.policy.date.number > 0 else {"),
    Mutant("old records under a new purpose", "Consent/Consent+Requests.swift",
           "old.switches.isSubset(of: new.switches) && old.scope == context.manifest.scope(of: old.switches)\n"
           "            && old.details.isSameProcessing(as: new.details)", "true"),
    Mutant("the same epoch after a withdrawal", "Consent/Draft.swift",
           "        state.location = nil\n        state.epoch = state.epoch.next\n", "        state.location = nil\n"),
    Mutant("acceptance not asked for", "Consent/Consent+Requests.swift",
           "guard let acceptance = draft.state.acceptance(by: key), acceptance.policy == context.manifest.identity,\n"
           "            acceptance.isAdult\n        else { return .refused(.notAccepted) }\n", ""),
    Mutant("location without its service", "Gate/Gate.swift",
           "        if item == .location, !state.isLocationServiceActive { return .serviceInactive }\n", ""),
    Mutant("sent before that is durable", "Gate/Gate.swift",
           "            grant.isExposed\n                ? .success(", "            grant.by.number < .max\n                ? .success("),
    Mutant("a batch made anew for each lease", "Queue/TelemetryQueue.swift",
           "                return .leased(batches[index])\n            }\n            // An item",
           "                batches.remove(at: index)\n                return .nothing\n            }\n            // An item"),
    Mutant("drops that nobody counts", "Queue/TelemetryQueue.swift",
           "        counters.dropped[reason, default: 0] += UInt64(before - rows.count)\n", "        _ = before\n"),
    Mutant("a quota that looks at bytes only", "Queue/TelemetryQueue.swift",
           "while rows.count > QueueLimits.rows || isOverBytes {", "while isOverBytes {"),
    Mutant("an untrusted clock believed", "Time/Moment.swift",
           "isTrusted ? unixSeconds.flatMap(Day.init(unixSeconds:)) : nil", "Day(number: 20_000)"),
    Mutant("memory that outlives its consent", "Queue/Coalescer.swift",
           "        guard epoch != self.epoch || epoch == nil else { return }\n",
           "        if epoch == nil { return }\n        guard epoch != self.epoch else { return }\n"),
    Mutant("a refused erasure request dropped", "Consent/Consent+Review.swift",
           "            new.erasures[index].parkedBy = status\n", "            new.erasures.remove(at: index)\n            _ = status\n"),
    Mutant("new data sent before an erasure", "Gate/Gate.swift",
           "        if state.erasures.contains(where: { $0.parkedBy == nil }) { return .failure(.erasureFirst) }\n", ""),
    Mutant("a reset that forgets what servers are to erase", "Consent/Consent+Review.swift",
           "        new.erasures = draft.state.erasures\n", ""),
    Mutant("an owner who came back", "Consent/Consent.swift",
           "owners.contains(key) && !departed.contains(key)", "owners.contains(key)"),
    Mutant("an unreadable ledger taken for a new one", "Consent/Consent.swift",
           "            standing = .unreadable\n", "            standing = .ready\n"),
    Mutant("a boot that wipes nothing", "Consent/Consent.swift",
           "        effects.append(.scrub(keeping: state.grant == nil ? nil : state.epoch))\n", ""),
    Mutant("a lease that does not look at ages", "Queue/TelemetryQueue.swift", "        age(.trusted(permit.day))\n", ""),
    Mutant("items without an end", "Gate/Gate.swift",
           "        return day > entry.expires ? .itemExpired : nil\n", "        return day < entry.expires ? nil : nil\n"),
    Mutant("a service turned off and forgotten", "Consent/Consent.swift",
           "        if old.isLocationServiceActive, !new.isLocationServiceActive { return true }\n", ""),
]

# How the walk reports what it has found.
FINDING = re.compile(r"seed \d+, after \d+ steps: ")
# A walk that is merely slow on a busy machine is no proof of anything: the bound, in seconds, is only for one without an end.
PATIENCE = 1800


# Lives of the walk that each program goes through: what one does not come across, another does.
LIVES = 8


def run(command, folder=None):
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command[:2])} failed:\n{done.stdout}{done.stderr}")


# Unoptimised, because compiling takes longer than walking.
FLAGS = ["-Onone", "-package-name", "mortise", "-swift-version", "6", "-enable-upcoming-feature", "InternalImportsByDefault",
         "-enable-upcoming-feature", "MemberImportVisibility"]
MODULE = [*FLAGS, "-enable-experimental-feature", "Lifetimes", "-parse-as-library", "-module-name", "TelemetryPolicy"]


def build(work):
    """The policy itself, an object for each of its files, and the walk."""
    objects = work / "objects"
    objects.mkdir()
    run(["swiftc", *MODULE, "-j", str(os.cpu_count() or 1), "-emit-module", "-emit-module-path", str(work / "TelemetryPolicy.swiftmodule"),
         "-c", *sorted(str(path) for path in POLICY.rglob("*.swift"))], objects)
    run(["swiftc", *FLAGS, "-wmo", "-I", str(work), "-module-name", "Walk", "-c", *map(str, WALK),
         str(ROOT / "Tests" / "Mutants" / "policy" / "main.swift"), "-o", str(work / "walk.o")])
    return link(work, objects.glob("*.o"), work / "walk")


def mutate(mutant, work, folder):
    """The program with the mutant in it. A mutant changes what a function does and nothing that another file sees, so that its file
    alone is compiled anew."""
    own = POLICY / mutant.file
    mutated = folder / own.name
    mutated.write_text(own.read_text().replace(mutant.old, mutant.new))
    others = sorted(str(path) for path in POLICY.rglob("*.swift") if path != own)
    compiled = folder / f"{own.stem}.o"
    run(["swiftc", "-frontend", "-c", *MODULE, "-primary-file", str(mutated), *others, "-o", str(compiled)])
    kept = [path for path in (work / "objects").glob("*.o") if path.name != compiled.name]
    return link(work, [compiled, *kept], folder / "walk")


def link(work, objects, program):
    run(["swiftc", *map(str, objects), str(work / "walk.o"), "-o", str(program)])
    return program


def judge(program, arguments):
    command = [str(program), str(arguments.seed), str(arguments.steps), str(LIVES)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return "endless", f"no end within {PATIENCE} s"
    output = done.stdout.strip().splitlines()
    line = output[-1] if output else f"ended with {done.returncode}"
    if done.returncode == 0:
        return "clean", line
    # Only a promise that was broken, with the seed that replays it. Whatever crashes was not seen through.
    return "caught" if done.returncode == 1 and FINDING.match(line) else "crashed", line


def attempt(mutant, work, arguments):
    """Whether the mutant was caught, and what is to be said about it."""
    began = time.monotonic()
    times = (POLICY / mutant.file).read_text().count(mutant.old)
    if times != 1:
        return False, (f"{mutant.name}: {mutant.file} holds its text {times} times, not once; "
                       "bring Tests/Mutants/policy_mutants.py up to date")
    with tempfile.TemporaryDirectory(dir=work) as folder:
        try:
            verdict, line = judge(mutate(mutant, work, Path(folder)), arguments)
        except RuntimeError as error:
            return False, f"{mutant.name} does not compile: {error}"
    if verdict != "caught":
        verdict = f"SURVIVED ({verdict})"
    return verdict == "caught", f"{verdict}: {mutant.name} ({line}; {time.monotonic() - began:.0f} s)"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("names", nargs="*", help="only these mutants")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - {mutant.name for mutant in MUTANTS}
    if unknown:
        parser.error("there is no mutant " + ", ".join(f'"{name}"' for name in sorted(unknown)))
    wanted = [mutant for mutant in MUTANTS if not arguments.names or mutant.name in arguments.names]

    with tempfile.TemporaryDirectory(prefix="mortise-policy-mutants-") as directory:
        work = Path(directory)
        began = time.monotonic()
        pristine = build(work)
        with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
            itself = pool.submit(judge, pristine, arguments)
            attempts = [pool.submit(attempt, mutant, work, arguments) for mutant in wanted]
            caught = 0
            for done in attempts:
                is_caught, words = done.result()
                caught += is_caught
                print(words, flush=True)
            verdict, line = itself.result()
    print(f"the policy itself: {line}")
    print(f"{caught} of {len(wanted)} mutants caught in {time.monotonic() - began:.0f} s")
    if verdict != "clean":
        print("the walk must find nothing in the policy before it can judge mutants", file=sys.stderr)
    return 0 if verdict == "clean" and caught == len(wanted) else 1


if __name__ == "__main__":
    sys.exit(main())
