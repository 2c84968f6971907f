"""The machine under the emulator. QEMU is a process among others there: when it has to wait for a processor, the board stands
still, and its clocks do not. Linux counts that wait for every thread (schedstat), so a board that was late can be told from a
board that was kept waiting."""

import bisect
import pathlib
import threading
import time

PERIOD_SECONDS = 0.02


class Waits:
    """How long QEMU's threads have waited for a processor of the host's, over time."""

    def __init__(self, process):
        self.process = process
        # Nanoseconds: of the host's monotonic clock, and of all waiting up to then.
        self.times, self.waited = [], []
        # The board's boot time minus the host's monotonic clock, and how wrong that may be.
        self.offset, self.doubt = 0, 0
        self.is_over = threading.Event()
        threading.Thread(target=self.watch, daemon=True).start()

    def watch(self):
        while not self.is_over.wait(PERIOD_SECONDS):
            total = 0
            for thread in pathlib.Path(f"/proc/{self.process}/task").glob("*/schedstat"):
                try:
                    total += int(thread.read_text().split()[1])
                except (OSError, IndexError):
                    # The thread has ended. What it had waited is missed; nothing is allowed for it.
                    continue
            self.times.append(time.monotonic_ns())
            self.waited.append(total)

    def agree_on_time(self, ask):
        """`ask` returns the board's boot time."""
        best = None
        for _ in range(8):
            before = time.monotonic_ns()
            there = ask()
            after = time.monotonic_ns()
            if best is None or after - before < best[1] - best[0]:
                best = (before, after, there)
        before, after, there = best
        self.offset = there - (before + after) // 2
        self.doubt = (after - before) // 2

    def between(self, begin, end):
        """Nanoseconds of waiting, of all threads together, between two boot times of the board."""
        slack = self.doubt + int(2 * PERIOD_SECONDS * 1e9)
        first = bisect.bisect_right(self.times, begin - self.offset - slack) - 1
        # The sampler may not have come so far yet.
        deadline = time.monotonic() + 1
        while time.monotonic() < deadline and (not self.times or self.times[-1] < end - self.offset + slack):
            time.sleep(PERIOD_SECONDS)
        last = bisect.bisect_left(self.times, end - self.offset + slack)
        if not self.times:
            return 0
        first, last = max(first, 0), min(last, len(self.times) - 1)
        return max(self.waited[last] - self.waited[first], 0)

    def close(self):
        self.is_over.set()
