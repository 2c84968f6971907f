"""scripts/deploy: refuses in mid-stroke, and puts the version before back."""

import subprocess
import time

import pytest
from hil.board import PROJECT
from hil.intervals import FULL_EXTEND, assert_drives
from hil.plant import Trace

INSTALLED = (
    "/usr/bin/mortise /usr/bin/mortised /usr/bin/mortise-outputs-off /usr/lib/systemd/system/mortised.service"
    " /etc/mortise/board.conf"
)


def sums(board):
    return board.read(f"sha256sum {INSTALLED}")


def test_a_deployment_during_a_stroke_is_refused_and_changes_nothing(lock, plant, trace, board, deploy):
    before, process = sums(board), board.process()
    plant("fault motor-disconnected")
    # Three drives to the cap and the pauses between: longer than deploy takes to ask. Then a calibration, which waits for a
    # hand for half a minute.
    going = lock.begin("calibrate", seconds=60)
    lock.wait_for_state("calibrating")
    code, said = deploy()
    assert code == 1 and "A stroke is under way" in said, said
    assert sums(board) == before and board.process() == process
    assert board.read("ls /var/lib/mortise-deploy 2>/dev/null | grep -c incoming || true") == "0"
    plant("end all", "thumbturn to 10")
    plant.wait("position above 9.5")
    plant("thumbturn release")
    going.answer()
    assert lock.unlock().outcome == "done"


def test_a_version_that_does_not_say_where_the_bolt_is_is_taken_back(lock, plant, trace, board, deploy, tmp_path):
    before = sums(board)
    profile = (PROJECT / "board/profiles/virtual-board.conf").read_text()
    (tmp_path / "board.conf").write_text(profile.replace("=BOLT_OUT", "=BOLT_NOWHERE"))
    code, said = deploy("--profile", str(tmp_path / "board.conf"))
    assert code == 2, said
    assert "The version before is back and runs." in said, said
    # The daemon's own words about why.
    assert "BOLT_NOWHERE" in said, said
    assert sums(board) == before
    assert board.read("systemctl is-active mortised.service") == "active"
    assert "mortise-deploy-recover" not in board.read("ls /etc/systemd/system")
    assert_drives(trace)
    assert lock.lock().state == "locked"
    assert_drives(trace, FULL_EXTEND)


def test_a_connection_that_breaks_while_the_board_switches_does_not_stop_it(lock, board, tmp_path):
    profile = (PROJECT / "board/profiles/virtual-board.conf").read_text()
    (tmp_path / "board.conf").write_text(profile + "\n# another\n")
    running = subprocess.Popen(
        [PROJECT / "scripts/deploy", "--no-build", "-F", board.config, "--profile", tmp_path / "board.conf", "board"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    board.wait("systemctl is-active --quiet mortise-deploy.service", 90)
    # All of the board's ssh sessions but this one's own end.
    board.run("for p in $(pgrep -f 'switch-version wait'); do kill -9 $p; done", check=False)
    running.kill()
    running.communicate()
    board.wait("[ -e /var/lib/mortise-deploy/outcome ]", 120)
    outcome = board.read("cat /var/lib/mortise-deploy/outcome")
    assert outcome.startswith("0\n"), outcome
    assert board.read("tail -n 1 /etc/mortise/board.conf") == "# another"
    assert board.read("systemctl is-active mortised.service") == "active"


@pytest.mark.full
def test_a_board_that_loses_its_power_in_the_switch_has_one_version_whole(lock, bench, board, request, tmp_path):
    before = sums(board)
    profile = (PROJECT / "board/profiles/virtual-board.conf").read_text()
    (tmp_path / "board.conf").write_text(profile + "\n# interrupted\n")
    running = subprocess.Popen(
        [PROJECT / "scripts/deploy", "--no-build", "-F", board.config, "--profile", tmp_path / "board.conf", "board"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
    )
    board.wait("[ -e /var/lib/mortise-deploy/pending ]", 120)
    time.sleep(1)
    board.power_cut("none")
    bench.close()
    running.kill()
    running.wait()
    board.start()
    request.node.trace = Trace(bench.connect(), board)
    lock.wait_until_ready(90)
    assert not board.read("ls /var/lib/mortise-deploy | grep pending || true")
    assert sums(board) == before, board.read("ls -la /var/lib/mortise-deploy; tail -n 2 /etc/mortise/board.conf")
