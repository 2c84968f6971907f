"""The peripheral that the Bluetooth tests speak with: bluez-probe, which is Sources/BlueZ and an echo, on the board."""

import re

from .board import PROJECT

PROGRAM = "/usr/local/bin/bluez-probe"
BUILT = PROJECT / ".build-arm64/tools/bluez-probe"
UNIT = "bluez-probe.service"
LOG = "/run/bluez-probe.log"
READY = "condition phones can find the lock"
# What mortised.service says that is no fence.
NOT_FENCES = re.compile(
    r"^(Type|ExecStart|ExecStopPost|Restart\w*|WatchdogSec|TimeoutStopSec|ReadWritePaths|User|Group|Environment)="
)


def fences():
    """The lines of the lock's own unit: the adapter has to work behind them."""
    service = (PROJECT / "board/systemd/mortised.service").read_text().split("[Service]")[1].split("[Install]")[0]
    return [line for line in service.splitlines() if re.match(r"^\w+=", line) and not NOT_FENCES.match(line)]


class Probe:
    def __init__(self, board):
        self.board = board

    def start(self, slots=4, fast=30):
        self.stop()
        self.board.run(f": >{LOG}; chmod 666 {LOG}")
        self.board.run(
            [
                *("systemd-run", f"--unit={UNIT}", "--uid=mortise", "--gid=mortise", "--collect", "--quiet"),
                f"--property=StandardOutput=append:{LOG}",
                *(f"--property={line}" for line in fences()),
                *(PROGRAM, str(slots), str(fast)),
            ]
        )
        self.wait_for(READY)

    def stop(self):
        self.board.run(f"systemctl stop {UNIT} 2>/dev/null; systemctl reset-failed {UNIT} 2>/dev/null; true")

    def lines(self, since=0):
        """(boot time, what), of those after a time."""
        seen = (line.split(" ", 1) for line in self.board.read(f"cat {LOG}").splitlines())
        return [(int(at), what) for at, what in seen if int(at) > since]

    def wait_for(self, what, since=0, seconds=60):
        """Waits for a line; returns its boot time."""
        self.board.wait(f"awk '$1 > {since}' {LOG} | grep -qF '{what}'", seconds)
        return next(at for at, line in self.lines(since) if what in line)

    def press(self):
        self.board.run(f"systemctl kill --signal=USR1 {UNIT}")
