"""The lock on the board, through its own command-line tool."""

import json

from .board import PROJECT
from .plant import Refused

STATE = "/var/lib/mortise"
# The longest that a command may take: a stroke with all its retries, and calibration waiting half a minute for a hand.
STROKE_SECONDS = 60
# How often a lock is tried whose motion the disk did not take in time.
TRIES = 4


class Answer:
    """What a command of `mortise --json` came to."""

    def __init__(self, finished):
        self.finished = finished
        self.code = finished.code
        text = finished.out.strip().splitlines()
        self.json = json.loads(text[-1]) if text else {}
        self.outcome = self.json.get("outcome")
        self.fault = self.json.get("fault")
        self.state = self.json.get("state")
        self.warning = self.json.get("warning")
        self.milliseconds = (finished.ended - finished.began) / 1e6

    def __repr__(self):
        return f"{self.outcome} {self.fault or self.state or ''} {self.finished.err.strip()}".strip()


class Asked:
    """A command whose answer comes later. `seen`: the boot time at which what was waited for held, in nanoseconds."""

    def __init__(self, running):
        self.running = running
        self.seen = None

    def answer(self):
        return Answer(self.running.result())


class Lock:
    def __init__(self, board):
        self.board = board

    # Its service

    def stop(self):
        self.board.run("systemctl stop mortised.service")

    def start(self):
        """Returns when it is ready."""
        self.board.run("systemctl reset-failed mortised.service 2>/dev/null; systemctl start mortised.service")

    def forget(self):
        """Without a daemon: a lock that has never run."""
        self.board.run(f"rm -f {STATE}/lock.db* {STATE}/identity* {STATE}/setup-code* {STATE}/owned*")

    def begin_anew(self, bench):
        """Without a daemon: a lock that has never run, on a mechanism at rest with the bolt drawn."""
        self.stop()
        self.forget()
        bench.plant.tell("reset")
        bench.plant.wait("rest")

    def wait_until_ready(self, seconds=60):
        self.board.wait("[ \"$(systemctl is-active mortised.service)\" = active ]", seconds)

    # Commands

    def begin(self, *words, seconds=STROKE_SECONDS):
        return Asked(self.board.begin(["mortise", *words, "--json", "--timeout", str(seconds)], seconds + 10))

    def ask(self, *words, seconds=STROKE_SECONDS):
        return self.begin(*words, seconds=seconds).answer()

    def lock(self):
        """Locks. An emulated disk whose host is busy may not answer within the 150 ms that the lock waits for it; a person
        would try again, and so does this."""
        for _ in range(TRIES):
            answer = self.ask("lock")
            if answer.fault != "journalUnavailable":
                break
        return answer

    def unlock(self):
        return self.ask("unlock")

    def begin_lock(self, plant, condition, seconds=STROKE_SECONDS):
        """Begins to lock, and returns in mid-stroke, when the condition holds."""
        for _ in range(TRIES):
            asked = self.begin("lock", seconds=seconds)
            while True:
                try:
                    asked.seen = plant.wait(condition, 2)
                    return asked
                except Refused:
                    if not asked.running.has_ended.is_set():
                        continue
                    answer = asked.answer()
                    assert answer.fault == "journalUnavailable", f"it was over before {condition}: {answer}"
                    break
        raise AssertionError(f"{condition} has not come: the disk did not answer {TRIES} times")

    def status(self):
        return self.ask("status", seconds=20).json

    def state(self):
        """As (state, fault)."""
        status = self.status()
        return status["state"], status["fault"]

    def wait_for(self, seconds=20, **wanted):
        """Waits until properties of the bus interface have these values."""
        checks = " && ".join(
            f"[ \"$(busctl get-property org.mortise.Lock1 /org/mortise/Lock1 org.mortise.Lock1 {name} 2>/dev/null)\" = '{value}' ]"
            for name, value in wanted.items()
        )
        self.board.wait(checks, seconds)

    def wait_for_state(self, state, seconds=20):
        self.wait_for(seconds, State=f's "{state}"')

    def log(self, since=0):
        out = self.board.read(["mortise", "log", "--json", "--since", str(since), "--limit", "10000"])
        return [entry for entry in map(json.loads, out.splitlines()) if entry["event"] == "entry"]

    def expect_logged(self, since, *expected):
        """These entries, in this order, after entry `since`: "action outcome", with a state or a code as third word."""
        seen = [
            " ".join(filter(None, (entry["action"], entry["outcome"], entry["code"] or entry["state"])))
            for entry in self.log(since)
        ]
        rest = iter(seen)
        assert all(wanted in rest for wanted in expected), f"logged: {seen}; expected among them: {list(expected)}"

    def lengthen_log(self, entries):
        """Restarts it with so many more entries. They are written in memory, because each is a transaction of its own."""
        self.board.install(PROJECT / ".build-arm64/tools/log-filler", "/usr/local/bin/log-filler")
        self.stop()
        self.board.run(
            f"mkdir -p /run/log-filler && cp {STATE}/lock.db* /run/log-filler/ && log-filler /run/log-filler/lock.db {entries} &&"
            f" rm {STATE}/lock.db* && cp /run/log-filler/lock.db* {STATE}/ && chown mortise:mortise {STATE}/lock.db* &&"
            f" chmod 600 {STATE}/lock.db* && rm -r /run/log-filler",
            300,
        )
        self.start()

    def last_logged(self):
        entries = self.log()
        return entries[-1]["sequence"] if entries else 0
