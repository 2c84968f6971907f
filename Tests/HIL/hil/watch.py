"""A test watched from outside of the lock."""

import contextlib

from .intervals import assert_lawful
from .plant import Trace


@contextlib.contextmanager
def watched(lock, bench, node):
    """Notes for a test what is driven from here on, and what to show of it should it fail; and afterwards the motor is off."""
    # (A test that switches the board off makes a new one.)
    node.trace = Trace(bench.plant, lock.board)
    node.witnesses = {
        "what was driven": lambda: node.trace.text(),
        "the lock's status": lambda: lock.status(),
        "the plant's status": lambda: bench.plant.status(),
        "the daemon's journal": lambda: lock.board.journal(),
    }
    yield
    if not bench.plant:
        return
    bench.plant("end all", "thumbturn release")
    bench.plant.wait("off")
    bench.plant.wait("rest")
    outputs = bench.plant.status()["outputs"]
    assert not any(outputs.values()), f"not everything is off at the end: {outputs}"
    assert_lawful(node.trace)
