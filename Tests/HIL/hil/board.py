"""The virtual board, as scripts/board starts it, and what runs on it."""

import contextlib
import gzip
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading
import time

from .host import Waits

PROJECT = pathlib.Path(__file__).resolve().parents[3]

# An emulated board on a machine that is busy with other things starts in 12 s to 100 s.
START_SECONDS = 240
# What a command on the board may take; most take a tenth of a second.
COMMAND_SECONDS = 60
# As of nice(1), for the emulator's group of processes.
PRIORITY = "-8"
# How long the agent may take to say that it runs, and a forwarded socket to be there.
CONNECT_SECONDS = 30


def is_dead(process):
    """Whether it has ended, though nobody may have asked how."""
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] in "ZX"
    except OSError:
        return True


class Finished:
    """What a command on the board came to. `began` and `ended` are nanoseconds of the board's boot time."""

    def __init__(self, command, answer):
        self.command = command
        self.code, self.out, self.err = answer["code"], answer["out"], answer["err"]
        self.began, self.ended = answer["began"], answer["ended"]

    def __repr__(self):
        return f"{self.command!r} ended with {self.code}: {self.out.strip()} {self.err.strip()}"


class Running:
    """A command that runs on the board."""

    def __init__(self, command, seconds):
        self.command, self.seconds = command, seconds
        self.has_ended = threading.Event()
        self.answer = None

    def answered(self):
        """Waits for the agent's answer."""
        # A little more than the agent itself waits.
        assert self.has_ended.wait(self.seconds + 10), f"no answer from the board about {self.command!r}"
        assert self.answer is not None, f"the connection to the board ended before {self.command!r} did"
        return self.answer

    def result(self):
        """Waits for its end."""
        return Finished(self.command, self.answered())


class Board:
    """One board. It may be switched off and on again; `connect` has to be called after each start."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.config = self.folder / "ssh_config"
        self.sockets = pathlib.Path(tempfile.mkdtemp(prefix="mortise-hil-"))
        self.agent = None
        self.waits = None
        self.pending = {}
        self.number = 0
        # How long each start of the board has taken, in seconds.
        self.starts = []
        self.guard = threading.Lock()

    # The connection

    def ssh(self, *arguments):
        return ["ssh", "-F", str(self.config), "-S", str(self.sockets / "master"), *arguments]

    def connect(self):
        self.disconnect()
        subprocess.run(
            self.ssh("-M", "-N", "-f", "-o", "ControlPersist=yes", "-o", "ServerAliveInterval=15", "board"),
            check=True,
            stdin=subprocess.DEVNULL,
            timeout=START_SECONDS,
        )
        source = (pathlib.Path(__file__).parent / "agent.py").read_text()
        self.run_over_ssh("mkdir -p /run/mortise-hil && cat >/run/mortise-hil/agent.py", input=source)
        self.agent = subprocess.Popen(
            self.ssh("board", "exec python3 -u /run/mortise-hil/agent.py"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        threading.Thread(target=self.listen, args=(self.agent,), daemon=True).start()
        self.run("true")
        emulator = int((self.folder / "qemu.pid").read_text())
        # The board's time is real, so it goes before what else this machine does, where that is permitted.
        with contextlib.suppress(OSError):
            pathlib.Path(f"/proc/{emulator}/autogroup").write_text(PRIORITY)
        self.waits = Waits(emulator)
        self.waits.agree_on_time(self.now)

    def run_over_ssh(self, command, **options):
        return subprocess.run(
            self.ssh("board", command), check=True, text=True, capture_output=True, timeout=COMMAND_SECONDS, **options
        )

    def listen(self, agent):
        for line in agent.stdout:
            answer = json.loads(line)
            with self.guard:
                running = self.pending.pop(answer["id"], None)
            if running:
                running.answer = answer
                running.has_ended.set()
        with self.guard:
            lost, self.pending = self.pending, {}
        for running in lost.values():
            running.has_ended.set()

    def disconnect(self):
        if self.waits:
            self.waits.close()
        if self.agent:
            self.agent.kill()
            self.agent.wait()
            self.agent.stdout.close()
            self.agent = None
        if (self.sockets / "master").exists():
            subprocess.run(self.ssh("-O", "exit", "board"), stderr=subprocess.DEVNULL, timeout=CONNECT_SECONDS)
            (self.sockets / "master").unlink(missing_ok=True)

    def forward(self, name, remote):
        """Makes a unix socket of the board's one of this machine's; returns its path."""
        local = self.sockets / name
        local.unlink(missing_ok=True)
        subprocess.run(
            self.ssh("-O", "forward", "-L", f"{local}:{remote}", "board"), check=True, timeout=CONNECT_SECONDS
        )
        return local

    def close(self):
        self.disconnect()
        shutil.rmtree(self.sockets, ignore_errors=True)

    # Commands

    def ask(self, **request):
        running = Running(request.get("command", request), request.get("timeout", COMMAND_SECONDS))
        with self.guard:
            self.number += 1
            request["id"] = self.number
            self.pending[self.number] = running
            self.agent.stdin.write(json.dumps(request) + "\n")
            self.agent.stdin.flush()
        return running

    def begin(self, command, seconds=COMMAND_SECONDS):
        """Starts a command (a list, or a line for the shell) and goes on."""
        return self.ask(command=command, timeout=seconds)

    def run(self, command, seconds=COMMAND_SECONDS, check=True):
        """Runs a command to its end."""
        done = self.begin(command, seconds).result()
        assert not check or done.code == 0, done
        return done

    def read(self, command):
        """What a command prints."""
        return self.run(command).out.strip()

    def kill(self, process, signal):
        """Sends a signal; returns the boot times just before and just after, in nanoseconds."""
        answer = self.ask(pid=process, signal=int(signal)).answered()
        return answer["before"], answer["after"]

    def touch(self, path):
        """Makes an empty file, without a process."""
        self.ask(touch=path).answered()

    def wait(self, command, seconds=COMMAND_SECONDS):
        """Waits until a command of the shell's succeeds. The waiting is the board's own."""
        done = self.run(
            f"for i in $(seq {int(seconds * 5)}); do if {command}; then exit 0; fi; sleep 0.2; done; exit 1",
            seconds=seconds * 3,
            check=False,
        )
        assert done.code == 0, f"not within {seconds} s: {command}"

    def install(self, built, path):
        """Puts one of the tests' own programs there."""
        subprocess.run(
            self.ssh("board", f"gzip -d >{path}.new && chmod 755 {path}.new && mv {path}.new {path}"),
            input=gzip.compress(built.read_bytes(), 1),
            check=True,
            timeout=120,
        )

    # Power

    def script(self, *arguments, seconds=START_SECONDS):
        done = subprocess.run(
            [str(PROJECT / "scripts/board"), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=seconds,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def power_cut(self, keep="none"):
        """Takes the power away, now. Returns what scripts/board says of the writes that were lost, and the boot time at which
        the power went at the latest, in nanoseconds."""
        emulator = int((self.folder / "qemu.pid").read_text())
        os.kill(emulator, signal.SIGKILL)
        cut = time.monotonic_ns() + self.waits.offset + self.waits.doubt
        while pathlib.Path(f"/proc/{emulator}/fd").exists() and not is_dead(emulator):
            time.sleep(0.01)
        report = self.script("power-cut", keep)
        self.disconnect()
        return {**json.loads(report.strip().splitlines()[-1]), "cut": cut}

    def start(self):
        """Switches it on, unless it is."""
        began = time.monotonic()
        if "Ready after" in self.script("start"):
            self.starts.append(time.monotonic() - began)
        self.connect()

    # systemd

    def process(self, unit="mortised.service"):
        return int(self.read(["systemctl", "show", "--property=MainPID", "--value", unit]))

    def wakeups(self, process):
        """How often each of a process's threads has been woken so far, by "number name"."""
        out = self.read(
            f"for t in /proc/{process}/task/*; do echo ${{t##*/}} $(cat $t/comm); sed -n 's/^voluntary_ctxt_switches:.//p' $t/status; done"
        ).splitlines()
        return {thread: int(count) for thread, count in zip(out[::2], out[1::2])}

    def now(self):
        """The board's boot time, in nanoseconds."""
        return self.ask(now=True).answered()["now"]

    def cursor(self):
        """A place in the journal: its end."""
        shown = self.read("journalctl --quiet --lines=0 --show-cursor")
        return shown.split("-- cursor: ")[1]

    def said(self, cursor, unit="mortised.service"):
        """What a unit has written since then: a line each, "program[process]: message"."""
        lines = self.read(["journalctl", f"--after-cursor={cursor}", f"--unit={unit}", "--output=short-iso", "--no-pager"])
        # Without the time and the machine's name.
        return "\n".join(line.split(" ", 2)[-1] for line in lines.splitlines())

    def journal(self, lines=30, unit="mortised.service"):
        return self.read(f"journalctl -u {unit} -n {lines} --no-pager -o short-monotonic")
