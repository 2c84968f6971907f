"""What Swift costs on the lines of a board, beside a minimal C program: interleaved in one run, quoted as ratios."""

import statistics
import subprocess

import pytest
from hil.board import PROJECT

# Its programs take minutes to build, and what a call costs does not change from commit to commit.
pytestmark = pytest.mark.full

TOOLS = PROJECT / ".build-arm64/tools"
SWIFT, C = "gpio-bench", "gpio-bench-c"
# Enough calls for a round to take tens of milliseconds on an emulated processor.
CALLS = 5000
# Some come before the program that counts them is ready: those are not its.
EDGES, HEARD, EDGE_MICROSECONDS = 600, 400, 3000

# The project's targets. Timing on a shared machine proves nothing below this much more, so that is what fails; the ratio itself
# is printed.
CALL_TARGET, EDGE_TARGET, NOISE = 1.1, 1.5, 1.5


@pytest.fixture(scope="module")
def programs(board):
    """The two on the board, with the daemon out of their way."""
    for name in (SWIFT, C):
        with open(TOOLS / name, "rb") as program:
            subprocess.run(
                board.ssh("board", f"cat >/run/{name} && chmod 755 /run/{name}"), stdin=program, check=True, timeout=60
            )
    board.run("systemctl stop mortised.service mortise-plant.service")
    yield {name: f"/run/{name}" for name in (SWIFT, C)}
    board.run(f"rm -f /run/{SWIFT} /run/{C}; systemctl start mortise-plant.service mortised.service")


def interleaved(board, programs, command, rounds):
    """The output of each round, by program; who goes first alternates."""
    outputs = {name: [] for name in programs}
    for turn in range(rounds):
        for name in sorted(programs, reverse=bool(turn % 2)):
            outputs[name].append([float(line) for line in board.read(command.format(programs[name])).split()])
    return outputs


@pytest.mark.parametrize("call, what", [("set", "set one line"), ("multi", "set two lines"), ("get", "get one line")])
def test_a_call_costs_what_it_costs_in_c(board, programs, figure, repetitions, call, what):
    outputs = interleaved(board, programs, f"{{}} {call} {CALLS}", repetitions(6, 30))
    swift, c = (statistics.median(value for output in outputs[name] for value in output) / 1000 for name in (SWIFT, C))
    figure(f"GPIO: {what}", f"{swift:.2f} µs, C {c:.2f} µs, ratio {swift / c:.2f} (target {CALL_TARGET})")
    assert swift / c <= CALL_TARGET * NOISE


def test_the_brake_follows_an_edge_as_fast_as_in_c(board, programs, figure, repetitions):
    toggle = f"{programs[C]} toggle {EDGES} {EDGE_MICROSECONDS} & "
    outputs = interleaved(board, programs, f"{toggle} {{}} edge {HEARD}; wait", repetitions(3, 20))
    shown = {}
    for name, rounds in outputs.items():
        # Each round's percentiles, and the middle of those: the emulator now and then stands still for milliseconds.
        cuts = [statistics.quantiles(values, n=100) for values in rounds]
        shown[name] = [statistics.median(cut[at] for cut in cuts) / 1000 for at in (49, 98)]
    ratios = [shown[SWIFT][at] / shown[C][at] for at in (0, 1)]
    for at, percentile in enumerate(("p50", "p99")):
        figure(
            f"GPIO: edge to brake, {percentile}",
            f"{shown[SWIFT][at]:.0f} µs, C {shown[C][at]:.0f} µs, ratio {ratios[at]:.2f} (target {EDGE_TARGET} at p99)",
        )
    assert ratios[1] <= EDGE_TARGET * NOISE
