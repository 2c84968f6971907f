"""scripts/deploy: refuses in mid-stroke, and puts the version before back. What goes wrong on the board's disks, under its systemd
and between two deployers is shown without a board, by Tests/Stages/28-switch-version."""

import subprocess

import pytest
from hil.board import PROJECT
from hil.intervals import FULL_EXTEND, assert_drives
from hil.lock import TRIES
from hil.plant import Trace

INSTALLED = (
    "/usr/bin/mortise /usr/bin/mortised /usr/bin/mortise-outputs-off /usr/lib/systemd/system/mortised.service"
    " /etc/mortise/board.conf"
)
# What is on the board between two deployments.
KEPT = {"current", "installed", "installed.new", "lock", "outcome", "switch-version"}
# Processes of the deployment under way, as pgrep finds them and not the shell that runs it.
BACK_UP = "pgrep -o -f '[s]witch-version back-up'"
WAIT = "pgrep -o -f '[s]h -s wait'"


def sums(board):
    return board.read(f"sha256sum {INSTALLED}")


def left_behind(board):
    return set(board.read("ls -A /var/lib/mortise-deploy").split()) - KEPT


def begin_deployment(board, folder, mark):
    """Starts scripts/deploy with a profile that has this line at its end."""
    profile = (PROJECT / "board/profiles/virtual-board.conf").read_text()
    (folder / "board.conf").write_text(f"{profile}\n{mark}\n")
    return subprocess.Popen(
        [PROJECT / "scripts/deploy", "--no-build", "-F", board.config, "--profile", folder / "board.conf", "board"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def begin_calibration(lock):
    """Without a motor: it waits for a hand. As Lock.lock, again where an emulated disk has not answered in time."""
    for _ in range(TRIES):
        going = lock.begin("calibrate", seconds=60)
        try:
            lock.wait_for_state("calibrating", 30)
            return going
        except AssertionError:
            assert going.running.has_ended.is_set(), "the calibration neither begins nor ends"
            answer = going.answer()
            assert answer.fault == "journalUnavailable", answer
    raise AssertionError(f"the disk did not answer {TRIES} times")


def finish_calibration(plant, going):
    """Somebody turns the thumbturn, which is what it waits for."""
    plant("end all", "thumbturn to 10")
    plant.wait("position above 9.5")
    plant("thumbturn release")
    going.answer()


def test_a_deployment_during_a_stroke_is_refused_and_changes_nothing(lock, plant, trace, board, deploy):
    before, process = sums(board), board.process()
    plant("fault motor-disconnected")
    # Three drives to the cap and the pauses between: longer than deploy takes to ask. Then a calibration, which waits for a
    # hand for half a minute.
    going = begin_calibration(lock)
    code, said = deploy()
    assert code == 1 and "A stroke is under way" in said, said
    assert sums(board) == before and board.process() == process
    assert left_behind(board) == set()
    finish_calibration(plant, going)
    assert lock.unlock().outcome == "done"


# On every run without a board: Tests/Stages/28-switch-version.
@pytest.mark.full
def test_a_stroke_that_begins_just_before_the_switch_is_not_cut_off(lock, plant, trace, board, tmp_path):
    before, process = sums(board), board.process()
    plant("fault motor-disconnected")
    running = begin_deployment(board, tmp_path, "# too late")
    # The switch has been handed to systemd, and its first look has found the lock at rest.
    board.wait(f"p=$({BACK_UP}) && kill -STOP $p", 120)
    try:
        going = begin_calibration(lock)
    finally:
        board.run(f"kill -CONT $({BACK_UP})")
    said, _ = running.communicate(timeout=300)
    assert running.returncode == 1 and "A stroke is under way" in said, said
    assert sums(board) == before and board.process() == process
    assert left_behind(board) == set()
    finish_calibration(plant, going)
    assert lock.unlock().outcome == "done"


def test_a_profile_whose_lines_are_not_there_changes_nothing(lock, board, deploy, tmp_path):
    before, process = sums(board), board.process()
    profile = (PROJECT / "board/profiles/virtual-board.conf").read_text()
    (tmp_path / "board.conf").write_text(profile.replace("=BOLT_OUT", "=BOLT_NOWHERE"))
    code, said = deploy("--profile", str(tmp_path / "board.conf"))
    assert code == 1 and "BOLT_NOWHERE" in said and "Nothing was changed." in said, said
    assert sums(board) == before and board.process() == process
    assert left_behind(board) == set()


def test_a_version_that_does_not_run_is_taken_back(lock, plant, trace, board, tmp_path):
    before = sums(board)
    # It fails at once, and is not tried again: a version that says nothing of the bolt is waited for, for a minute.
    folder, mark = "/run/systemd/system/mortised.service.d", "# not to be run"
    board.run(
        f"echo '! grep \"{mark}\" /etc/mortise/board.conf' >/run/fussy && mkdir -p {folder} &&"
        f" printf '[Service]\\nRestart=no\\nExecStartPre=/bin/sh /run/fussy\\n' >{folder}/fussy.conf && systemctl daemon-reload"
    )
    try:
        running = begin_deployment(board, tmp_path, mark)
        said, _ = running.communicate(timeout=600)
    finally:
        board.run(f"rm -r {folder} /run/fussy && systemctl daemon-reload")
    assert running.returncode == 2, said
    assert "The version before is back and runs." in said, said
    # The daemon's own words about why.
    assert mark in said, said
    assert sums(board) == before
    assert board.read("systemctl is-active mortised.service") == "active"
    assert "mortise-deploy-recover" not in board.read("ls /etc/systemd/system")
    assert left_behind(board) == set()
    assert_drives(trace)
    assert lock.lock().state == "locked"
    assert_drives(trace, FULL_EXTEND)


@pytest.mark.full
@pytest.mark.parametrize(
    "deployer_lives",
    [pytest.param(True, id="the deployer connects again"), pytest.param(False, id="the deployer has gone")],
)
def test_a_connection_that_breaks_while_the_board_switches_does_not_stop_it(lock, board, tmp_path, deployer_lives):
    mark = f"# another, deployer lives: {deployer_lives}"
    running = begin_deployment(board, tmp_path, mark)
    board.wait("systemctl is-active --quiet mortise-deploy.service", 90)
    # The end of the deployer's ssh session on the board: the sshd that serves it. (Brackets: not this shell itself.)
    board.wait(f"{WAIT} >/dev/null", 60)
    if not deployer_lives:
        running.kill()
    board.run(
        f"p=$({WAIT}); while [ $p != 1 ] && ! grep -q sshd /proc/$p/comm; do"
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
    running = begin_deployment(board, tmp_path, "# interrupted")
    # The old daemon has been stopped, and the files are taking their places.
    board.wait("[ -e /var/lib/mortise-deploy/pending ] && ! systemctl is-active --quiet mortised.service", 120)
    board.power_cut("none")
    bench.close()
    running.kill()
    running.communicate()
    board.start()
    request.node.trace = Trace(bench.connect(), board)
    lock.wait_until_ready(90)
    assert not board.read("ls /var/lib/mortise-deploy | grep pending || true")
    assert board.read("sed -n 1p /var/lib/mortise-deploy/outcome") == "2"
    assert sums(board) == before, board.read("ls -la /var/lib/mortise-deploy; tail -n 2 /etc/mortise/board.conf")
