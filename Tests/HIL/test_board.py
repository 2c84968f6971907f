"""What the daemon is to the machine that it runs on: its lines, its priority, its fences."""

import json
import re

from hil.board import PROJECT

# The exposure level of `systemd-analyze security`, from 0 (nothing) to 10 (everything), and the project's target.
EXPOSURE = 3.5
ALLOWED = {"unix socket", "kernel's messages", "Bluetooth channel", "GPIO chip", "own state"}


def test_gpioinfo_shows_the_daemon_as_the_consumer_of_every_line_of_the_profile(lock, board):
    info = board.read("gpioinfo")
    wanted = {"MOTOR_IN1", "MOTOR_IN2", "MOTOR_NSLEEP", "MOTOR_NFAULT", "BOLT_OUT", "BOLT_IN", "DOOR_OPEN"}
    wanted |= {"CASE_OPEN", "INSIDE_BUTTON"}
    lines = dict(re.findall(r'"(\w+)"\s+(.*)', info))
    assert wanted <= set(lines), info
    for name in wanted:
        assert 'consumer="mortised"' in lines[name], lines[name]
    for name in ("MOTOR_IN1", "MOTOR_IN2", "MOTOR_NSLEEP"):
        assert lines[name].startswith("output"), lines[name]
    for name in ("BOLT_OUT", "BOLT_IN", "MOTOR_NFAULT"):
        # Raw edges: the bolt thread brakes on the first.
        assert "edges=both" in lines[name] and "debounce" not in lines[name], lines[name]


def test_the_bolt_thread_has_its_priority_and_memory_is_locked(lock, board):
    process = board.process()
    threads = board.read(f"for t in /proc/{process}/task/*; do cat $t/comm; chrt -p ${{t##*/}}; done")
    bolt = threads.split("bolt\n")[1]
    assert "SCHED_FIFO" in bolt.splitlines()[0] and bolt.splitlines()[1].endswith(" 40"), threads
    locked = board.read(f"sed -n 's/^VmLck:[^0-9]*\\([0-9]*\\) kB/\\1/p' /proc/{process}/status")
    assert int(locked) > 0
    doctor = lock.ask("doctor").finished.out
    assert "real-time priority 40" in doctor and "memory locked" in doctor, doctor
    # Where it is not permitted, the journal says so under this id (realtimeNotPermitted).
    refused = board.read("journalctl -b -o cat MESSAGE_ID=6243637992044c41b1f9747e2e0fc921")
    assert not refused, refused


def test_a_daemon_without_the_permission_says_so_and_works(lock, plant, trace, board):
    folder = "/run/systemd/system/mortised.service.d"
    board.run(f"mkdir -p {folder} && printf '[Service]\\nLimitRTPRIO=0\\nLimitMEMLOCK=65536\\n' >{folder}/poor.conf")
    try:
        board.run("systemctl daemon-reload && systemctl restart mortised.service")
        said = board.read("journalctl -b -o cat MESSAGE_ID=6243637992044c41b1f9747e2e0fc921")
        assert said, board.journal()
        assert lock.lock().state == "locked"
    finally:
        board.run(f"rm -r {folder} && systemctl daemon-reload && systemctl restart mortised.service")


def test_news_of_the_battery_reaches_the_daemon_behind_its_fences(lock, plant, board):
    """By the kernel's messages alone: there is no stroke after which the gauge would be read."""
    plant("battery 50")
    lock.wait_for(BatteryPercent="i 50")
    plant("battery 100")
    lock.wait_for(BatteryPercent="i 100")


def test_the_daemon_can_use_no_other_device_and_no_other_part_of_the_disk(lock, board):
    shown = board.read(
        "systemctl show mortised.service -p User -p DevicePolicy -p DeviceAllow -p ProtectSystem -p NoNewPrivileges"
        " -p CapabilityBoundingSet -p RestrictAddressFamilies"
    )
    assert "User=mortise" in shown and "DevicePolicy=closed" in shown and "ProtectSystem=strict" in shown, shown
    assert re.search(r"^CapabilityBoundingSet=$", shown, re.M), shown
    # The only fence between the daemon and the machine's network, which it shares for Bluetooth's sake.
    assert re.search(r"^RestrictAddressFamilies=(AF_BLUETOOTH|AF_NETLINK|AF_UNIX| )+$", shown, re.M), shown


def test_what_the_fences_forbid_fails(lock, board):
    """Another program in the daemon's place tries it."""
    board.run_over_ssh("cat >/run/mortise-hil/probe.py", input=(PROJECT / "Tests/HIL/hil/probe.py").read_text())
    unit = "/run/systemd/system/mortise-probe.service"
    cursor = board.cursor()
    try:
        board.run(
            "sed -e 's|^ExecStart=.*|ExecStart=/usr/bin/python3 /run/mortise-hil/probe.py|' -e 's/^Type=.*/Type=oneshot/'"
            f" -e '/^ExecStartPre=/d; /^ExecStopPost=/d; /^Restart/d; /^Watchdog/d' /usr/lib/systemd/system/mortised.service >{unit}"
        )
        board.run("systemctl daemon-reload && systemctl start mortise-probe.service")
        lines = board.said(cursor, "mortise-probe.service").splitlines()
    finally:
        board.run(f"rm -f {unit} && systemctl daemon-reload")
    results = json.loads(next(line for line in lines if "{" in line).split(": ", 1)[1])
    assert {name for name, came in results.items() if came == "allowed"} == ALLOWED, results


def test_its_exposure_stays_below_the_target(board, figure):
    shown = board.read("systemd-analyze security --no-pager mortised.service | tail -n 1")
    level = float(re.search(r"([0-9.]+) [A-Z]+", shown)[1])
    figure("Exposure of mortised.service (systemd-analyze security)", f"{level} (target {EXPOSURE})")
    assert level <= EXPOSURE, shown
