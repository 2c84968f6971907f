"""The power of the whole board taken away in mid-stroke, with everything lost that was never flushed."""

import contextlib
import json
import subprocess
import threading
import time

from hil.intervals import FULL_EXTEND
from hil.lock import STATE
from hil.plant import Trace

# Of the plant's mechanism, in millimetres.
TRAVEL = 20

# Writes that reach the disk and are never flushed by whoever makes them, so that there is something to lose: straight past the
# page cache, into a file that is there already.
FILLER = f"{STATE}/filler"
UNFLUSHED = f"while :; do dd if=/dev/urandom of={FILLER} bs=4k count=1 oflag=direct conv=notrunc 2>/dev/null; sleep 0.05; done"

# Read while the daemon does not run: it has the database to itself.
JOURNAL = f"sqlite3 -json {STATE}/lock.db"


class Following:
    """Whoever watches the audit log: what has reached this machine, somebody has seen."""

    def __init__(self, board):
        self.entries = {}
        self.process = subprocess.Popen(
            board.ssh("board", "exec mortise log --json --follow --limit 10000"), stdout=subprocess.PIPE, text=True
        )
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            # The last line may have been cut off with the power.
            with contextlib.suppress(json.JSONDecodeError):
                entry = json.loads(line)
                if entry["event"] == "entry":
                    self.entries[entry["sequence"]] = entry

    def wait_for(self, number, seconds=30):
        until = time.monotonic() + seconds
        while number not in self.entries:
            assert time.monotonic() < until, f"entry {number} is in the log and not seen by who follows it"
            time.sleep(0.05)

    def end(self):
        self.process.kill()
        self.process.wait()
        self.reader.join(10)
        return self.entries


def test_after_a_power_cut_in_mid_stroke_the_state_is_true_and_nothing_acknowledged_is_lost(
    lock, bench, board, request, repetitions, figure
):
    cuts, latest = [], []
    for turn in range(repetitions(2, 20)):
        # Of what was never flushed: nothing on the disk, all of it, or what a number chooses, as a disk's cache may have it.
        keep = ("none", "none", "all", str(turn))[turn % 4]
        plant = bench.plant
        place = 4 + 12 * ((turn * 7) % 10) / 10
        board.run(f"dd if=/dev/zero of={FILLER} bs=4k count=1 conv=fsync 2>/dev/null")
        # Some entries that people have seen.
        assert lock.lock().outcome == "done" and lock.unlock().outcome == "done"
        seen = Following(board)
        seen.wait_for(lock.last_logged())
        board.begin(UNFLUSHED)
        # Where the mechanism stands when the power comes back: it does not move without.
        plant(f"at-start position {place:.1f}")
        asked = lock.begin_lock(plant, f"position above {place - 0.5:.1f}", seconds=20)
        lost = board.power_cut(keep)
        # The rest of the way takes longer than it took from that look to the cut, so the motor was still driven.
        since = (lost["cut"] - asked.seen) / 1e6
        rest = (TRAVEL - place + 0.5) / TRAVEL * FULL_EXTEND.least
        assert since < rest, f"the power went {since:.0f} ms after {place - 0.5:.1f} mm; the stroke may have ended after {rest:.0f}"
        latest.append(since)
        bench.close()
        acknowledged = seen.end()
        cuts.append(lost)

        board.start()
        plant = bench.connect()
        request.node.trace = Trace(plant, board)
        lock.wait_until_ready()
        status = lock.status()
        assert status["state"] == "between", f"the bolt is at {plant.position()} mm, and the lock says {status}"
        assert abs(plant.position() - place) < 0.5
        # Starting has driven nothing, not for a moment.
        assert plant.tell("drives since 0")["drives"] == []

        log = {entry["sequence"]: entry for entry in lock.log()}
        for sequence, entry in acknowledged.items():
            assert log.get(sequence) == entry, f"entry {sequence} was {entry} and is {log.get(sequence)}"
        assert sorted(log) == list(range(1, len(log) + 1)), "the numbers have a gap"
        lock.expect_logged(max(acknowledged), "lock failed powerLost")
        assert status["journalAvailable"] and status["storeState"] == "opened", status

        lock.stop()
        assert board.read(f"{JOURNAL} 'PRAGMA integrity_check'") == '[{"integrity_check":"ok"}]'
        still_open = board.read(f"{JOURNAL} 'SELECT * FROM motion WHERE is_open'")
        assert not still_open, f"a motion is under way in the journal: {still_open}"
        lock.start()
        assert lock.unlock().state == "unlocked"
    plant("at-start usual")
    board.run(f"rm {FILLER}")
    lost = sum(cut["lost"] for cut in cuts)
    figure(f"Power cuts in mid-stroke ({len(cuts)} times)", f"{lost} writes that were not flushed lost, no entry lost")
    figure("Last look at the bolt in its stroke to the power's end", f"{max(latest):.0f} ms at most")
    figure(f"Start of the board ({len(board.starts)} times)", f"{min(board.starts):.0f} s to {max(board.starts):.0f} s")
    # One cut may fall right behind a flush; all of them do not.
    assert lost > 0, f"nothing was lost, so this has shown nothing: {cuts}"
