"""Runs on the board, at the other end of one ssh connection: starting a login for each command costs an emulated board a
second. Takes a JSON object a line, answers with one each, in the order in which they end. It has Debian's python3-minimal."""

import json
import os
import subprocess
import sys
import threading
import time

answering = threading.Lock()


def now():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def answer(request, **fields):
    fields["id"] = request["id"]
    with answering:
        sys.stdout.write(json.dumps(fields) + "\n")
        sys.stdout.flush()


def run(request):
    began = now()
    try:
        done = subprocess.run(
            request["command"],
            shell=isinstance(request["command"], str),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=request["timeout"],
        )
        code, out, err = done.returncode, done.stdout, done.stderr
    except subprocess.TimeoutExpired as late:
        code, out, err = None, late.stdout or b"", late.stderr or b""
    except OSError as error:
        code, out, err = 127, b"", str(error).encode()
    answer(
        request,
        code=code,
        out=out.decode("utf-8", "replace"),
        err=err.decode("utf-8", "replace"),
        began=began,
        ended=now(),
    )


def kill(request):
    """Sends a signal; between the two times it was sent."""
    before = now()
    os.kill(request["pid"], request["signal"])
    answer(request, before=before, after=now())


def touch(request):
    open(request["touch"], "w").close()
    answer(request, at=now())


def main():
    for line in sys.stdin:
        request = json.loads(line)
        if "now" in request:
            answer(request, now=now())
        elif "touch" in request:
            touch(request)
        elif "pid" in request:
            kill(request)
        else:
            threading.Thread(target=run, args=(request,), daemon=True).start()


main()
