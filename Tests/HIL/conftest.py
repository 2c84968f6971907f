"""The virtual board for every test. Tests/Stages/70-board starts it, deploys to it and runs this; by hand:

    Tests/Stages/70-board [ARGUMENTS OF PYTEST]
"""

import os
import subprocess

import pytest
from hil.board import PROJECT, Board
from hil.lock import Lock
from hil.plant import REMOTE, Plant
from hil.watch import watched

FULL = bool(os.environ.get("MORTISE_FULL"))

# What the tests of phones share.
pytest_plugins = ["hil.homes"]


def pytest_configure(config):
    config.addinivalue_line("markers", "full: only with scripts/test --full")
    config.figures = []


def pytest_collection_modifyitems(config, items):
    for item in items:
        if item.get_closest_marker("full") and not FULL:
            item.add_marker(pytest.mark.skip(reason="a long one: scripts/test --full"))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """What was driven, what the lock says and what its daemon has written, for a test that failed."""
    report = (yield).get_result()
    if not report.failed or call.when not in ("call", "teardown"):
        return
    for name, tell in getattr(item, "witnesses", {}).items():
        try:
            report.sections.append((name, str(tell())))
        except Exception as error:
            report.sections.append((name, f"not to be had: {error}"))


def pytest_terminal_summary(terminalreporter, config):
    if config.figures:
        terminalreporter.section("figures")
        width = max(len(name) for name, _ in config.figures)
        for name, value in config.figures:
            terminalreporter.write_line(f"{name.ljust(width)}  {value}")


@pytest.fixture
def figure(request):
    """Notes a measured figure for the end of the run."""
    return lambda name, value: request.config.figures.append((name, value))


@pytest.fixture(scope="session")
def repetitions():
    """As many as is said for a quick run, or for a full one."""
    return lambda quick, full: full if FULL else quick


@pytest.fixture(scope="session")
def board():
    folder = os.environ.get("MORTISE_BOARD")
    if not folder:
        pytest.exit("MORTISE_BOARD names no board: run Tests/Stages/70-board", 2)
    board = Board(folder)
    # A test may have left it without power.
    board.start()
    yield board
    board.close()


class Bench:
    """The plant's connections, which a board that is switched off takes with it."""

    def __init__(self, board):
        self.board = board
        self.plant = None

    def connect(self):
        self.close()
        self.board.wait(f"[ -S {REMOTE} ]")
        self.path = self.board.forward("plant", REMOTE)
        self.plant = Plant(self.path)
        return self.plant

    def close(self):
        if self.plant:
            self.plant.close()
            self.plant = None


@pytest.fixture(scope="session")
def bench(board):
    bench = Bench(board)
    bench.connect()
    yield bench
    bench.close()


@pytest.fixture
def lock(board, bench, request):
    """A lock that has never run before, on a mechanism at rest with the bolt drawn; and afterwards the motor is off."""
    lock = Lock(board)
    lock.begin_anew(bench)
    with watched(lock, bench, request.node):
        lock.start()
        yield lock


@pytest.fixture
def plant(lock, bench):
    """The mechanism, reset, with the lock running on it."""
    return bench.plant


@pytest.fixture
def trace(lock, request):
    """What was driven since the test began."""
    return request.node.trace


@pytest.fixture
def impatient(lock, board):
    """Gives the unit a shorter watchdog than its own 20 s, and less than its 15 s of patience with who has been killed by it:
    less of both shows the same, sooner. Returns the watchdog's seconds."""
    folder = "/run/systemd/system/mortised.service.d"
    board.run(f"mkdir -p {folder} && printf '[Service]\\nWatchdogSec=6\\nTimeoutAbortSec=3\\n' >{folder}/impatient.conf")
    board.run("systemctl daemon-reload && systemctl restart mortised.service")
    yield 6
    board.run(f"rm -r {folder} && systemctl daemon-reload && systemctl restart mortised.service")


@pytest.fixture
def deploy(board):
    """Runs scripts/deploy to the board; returns its exit code and what it printed."""

    def deploy(*arguments, seconds=600):
        done = subprocess.run(
            [str(PROJECT / "scripts/deploy"), "--no-build", "-F", str(board.config), *arguments, "board"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=seconds,
        )
        return done.returncode, done.stdout

    return deploy

