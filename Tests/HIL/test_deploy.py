"""scripts/deploy: refuses in mid-stroke, and puts the version before back."""

import subprocess

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


@pytest.mark.parametrize(
    "deployer_lives",
    [
        pytest.param(True, id="the deployer connects again"),
        pytest.param(False, id="the deployer has gone", marks=pytest.mark.full),
    ],
)
def test_a_connection_that_breaks_while_the_board_switches_does_not_stop_it(lock, board, tmp_path, deployer_lives):
    profile = (PROJECT / "board/profiles/virtual-board.conf").read_text()
    mark = f"# another, deployer lives: {deployer_lives}"
    (tmp_path / "board.conf").write_text(f"{profile}\n{mark}\n")
    running = subprocess.Popen(
        [PROJECT / "scripts/deploy", "--no-build", "-F", board.config, "--profile", tmp_path / "board.conf", "board"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    board.wait("systemctl is-active --quiet mortise-deploy.service", 90)
    # The end of the deployer's ssh session on the board: the sshd that serves it. (Brackets: not this shell itself.)
    board.wait("pgrep -f '[s]witch-version wait' >/dev/null", 60)
    if not deployer_lives:
        running.kill()
    board.run(
        "p=$(pgrep -o -f '[s]witch-version wait'); while [ $p != 1 ] && ! grep -q sshd /proc/$p/comm; do"
        " p=$(cut -d ' ' -f 4 /proc/$p/stat); done; [ $p != 1 ] && kill -9 $p"
    )
    said, _ = running.communicate(timeout=300)
    assert not deployer_lives or running.returncode == 0, said
    board.wait("[ -e /var/lib/mortise-deploy/outcome ]", 120)
    outcome = board.read("cat /var/lib/mortise-deploy/outcome")
    assert outcome.startswith("0\n"), outcome
    assert board.read("tail -n 1 /etc/mortise/board.conf") == mark
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
    # The old daemon has been stopped, and the files are taking their places.
    board.wait("[ -e /var/lib/mortise-deploy/pending ] && ! systemctl is-active --quiet mortised.service", 120)
    board.power_cut("none")
    bench.close()
    running.kill()
    running.wait()
    board.start()
    request.node.trace = Trace(bench.connect(), board)
    lock.wait_until_ready(90)
    assert not board.read("ls /var/lib/mortise-deploy | grep pending || true")
    assert sums(board) == before, board.read("ls -la /var/lib/mortise-deploy; tail -n 2 /etc/mortise/board.conf")
