"""The unit tests of GPIO, which need the kernel's gpio-sim, on the board: against the target's libgpiod and against Debian 12's."""

import re
import subprocess

import pytest
from hil.board import PROJECT

BUILT = PROJECT / ".build-arm64"
SECONDS = 600


@pytest.mark.parametrize(
    "build, library",
    [
        pytest.param("tests", "2.", id="libgpiod 2"),
        pytest.param("tests-gpiod1", "1.6", id="libgpiod 1.6", marks=pytest.mark.full),
    ],
)
def test_the_gpio_suite_passes_on_the_board(board, figure, build, library):
    archive = subprocess.Popen(["tar", "-C", BUILT, "-cz", build], stdout=subprocess.PIPE)
    subprocess.run(board.ssh("board", "tar -C /var/tmp -xz"), stdin=archive.stdout, check=True, timeout=SECONDS)
    assert archive.wait() == 0
    try:
        board.run("mountpoint -q /sys/kernel/config || mount -t configfs none /sys/kernel/config")
        said = board.run(f"/var/tmp/{build}/run --filter GPIOTests 2>&1", seconds=SECONDS, check=False).out
    finally:
        board.run(f"rm -rf /var/tmp/{build}")
    assert re.search(r"Test run with \d+ tests in \d+ suites passed", said), said[-4000:]
    # On any other machine those that need gpio-sim are skipped; here none may be for that reason.
    assert "needs the kernel's gpio-sim" not in said
    found = re.search(r"libgpiod (\S+)[^\n]*", said)
    assert found and found[1].startswith(library), said[:2000]
    ran = len(re.findall(r"^✔ Test .* passed", said, re.M))
    without = sorted(set(re.findall(r'skipped: "(this libgpiod [^"]*)"', said)))
    figure(f"GPIO suite, libgpiod {found[1]}", f"{ran} tests passed" + (f"; skipped: {'; '.join(without)}" if without else ""))
