"""The mechanism behind the lock's lines: mortise-plant, spoken with over its socket (Sources/mortise-plant/PROTOCOL.md), and
what the kernel's trace says was driven."""

import json
import socket

from .intervals import ALLOWANCE, assert_lawful

REMOTE = "/run/mortise-plant/socket"
# The plant's own longest wait, and time for the answer to come.
LONGEST_SECONDS = 60
ANSWER_SECONDS = 30

MILLISECOND = 1_000_000


class Refused(Exception):
    """The plant did not do what it was told, or what was waited for did not happen."""


class Plant:
    """A connection to the plant. One at a time waits; others have a connection of their own."""

    def __init__(self, path):
        self.path = str(path)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(ANSWER_SECONDS)
        self.socket.connect(self.path)
        self.lines = self.socket.makefile("rw", encoding="utf-8", newline="\n")

    def close(self):
        self.lines.close()
        self.socket.close()

    def tell(self, line, seconds=0):
        """Says a line; returns the answer."""
        self.socket.settimeout(seconds + ANSWER_SECONDS)
        self.lines.write(line + "\n")
        self.lines.flush()
        answer = self.lines.readline()
        if not answer:
            raise Refused(f"{line}: the plant has gone")
        answer = json.loads(answer)
        if not answer["ok"]:
            raise Refused(f"{line}: {answer['error']}")
        return answer

    def __call__(self, *lines):
        for line in lines:
            answer = self.tell(line)
        return answer

    def wait(self, condition, seconds=20):
        """Waits for a condition; returns the boot time at which it held, in nanoseconds."""
        return self.tell(f"wait {condition} {seconds}s", seconds)["at"]

    def status(self):
        return self.tell("status")

    def position(self):
        return self.status()["position"]

    def mark(self):
        return self.tell("mark")["mark"]


class Trace:
    """What was driven since a mark, from the kernel's tracepoints."""

    def __init__(self, plant, board):
        self.plant, self.board = plant, board
        self.mark = plant.mark()

    def again(self):
        """From here on. What was before has to have been lawful: nothing else would ask."""
        assert_lawful(self)
        self.mark = self.plant.mark()

    def record(self):
        record = self.plant.tell(f"drives since {self.mark}")
        assert record["complete"], f"the record of what was driven has a hole: {record}"
        return record

    def drives(self):
        return self.record()["drives"]

    def kept_waiting(self, begin, end):
        """For how long the emulator waited for its host between two boot times, in milliseconds, as far as that is allowed
        for."""
        return min(self.board.waits.between(begin, end) / MILLISECOND, ALLOWANCE)

    def edges(self, line=None):
        edges = self.plant.tell(f"edges since {self.mark}")["edges"]
        return [edge for edge in edges if line in (None, edge["line"])]

    def text(self):
        record = self.plant.tell(f"drives since {self.mark}")
        lines = [
            f"{name[:-1]} {json.dumps(entry)}"
            for name in ("drives", "brakes", "awake", "reversals", "whileAsleep")
            for entry in record[name]
        ]
        lines += self.plant.tell(f"trace since {self.mark}")["lines"]
        return "\n".join(lines)
