"""The power of the whole board taken away in mid-stroke, with everything lost that was never flushed."""

import json
import subprocess

from hil.lock import STATE
from hil.plant import Trace

# Read while the daemon does not run: it has the database to itself.
JOURNAL = f"sqlite3 -json {STATE}/lock.db"


def test_after_a_power_cut_in_mid_stroke_the_state_is_true_and_nothing_acknowledged_is_lost(
    lock, bench, board, request, repetitions, figure
):
    cuts = []
    for turn in range(repetitions(3, 20)):
        plant = bench.plant
        place = 4 + 12 * ((turn * 7) % 10) / 10
        # Some entries that people have seen.
        assert lock.lock().outcome == "done" and lock.unlock().outcome == "done"
        following = subprocess.Popen(
            board.ssh("board", "exec mortise log --json --follow --limit 10000"), stdout=subprocess.PIPE, text=True
        )
        # Where the mechanism stands when the power comes back: it does not move without.
        plant(f"at-start position {place:.1f}")
        lock.begin_lock(plant, f"position above {place - 0.5:.1f}", seconds=20)
        lost = board.power_cut("none")
        bench.close()
        seen, _ = following.communicate(timeout=30)
        acknowledged = {}
        for line in seen.splitlines():
            entry = json.loads(line)
            if entry["event"] == "entry":
                acknowledged[entry["sequence"]] = entry
        assert len(acknowledged) >= 2, seen
        cuts.append(lost)

        board.start()
        plant = bench.connect()
        request.node.trace = Trace(plant, board)
        request.node.trace.mark = 0
        lock.wait_until_ready()
        status = lock.status()
        assert status["state"] == "between", f"the bolt is at {plant.position()} mm, and the lock says {status}"
        assert abs(plant.position() - place) < 0.5
        # Starting has driven nothing, not for a moment.
        assert request.node.trace.drives() == []

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
    writes = sum(cut["unflushed"] for cut in cuts)
    figure(f"Power cuts in mid-stroke ({len(cuts)} times)", f"{writes} writes not flushed and lost, no entry lost")
