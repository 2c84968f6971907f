"""Runs on the board within the daemon's fences (test_board.py), and tries what they are there to prevent. Prints what came of
each try: "allowed", or the error's name."""

import errno
import json
import os
import socket

STATE = "/var/lib/mortise"
results = {}


def attempt(name, action):
    try:
        action()
    except OSError as error:
        results[name] = errno.errorcode[error.errno]
    else:
        results[name] = "allowed"


def a_socket(family, kind=socket.SOCK_STREAM):
    return lambda: socket.socket(family, kind).close()


def a_file(path, flags):
    return lambda: os.close(os.open(path, flags, 0o600))


def a_setuid_program():
    path = f"{STATE}/probe"
    try:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        os.chmod(path, 0o4755)
    finally:
        os.unlink(path)


attempt("internet socket", a_socket(socket.AF_INET))
attempt("internet socket, version 6", a_socket(socket.AF_INET6))
attempt("raw socket", a_socket(socket.AF_PACKET, socket.SOCK_RAW))
attempt("unix socket", a_socket(socket.AF_UNIX))
attempt("kernel's messages", a_socket(socket.AF_NETLINK, socket.SOCK_RAW))
# AF_BLUETOOTH, L2CAP. (Numbers: a Python may be built without them.)
attempt("Bluetooth channel", lambda: socket.socket(31, socket.SOCK_SEQPACKET, 0).close())
attempt("disk", a_file("/dev/vda", os.O_RDONLY))
attempt("kernel memory", a_file("/dev/mem", os.O_RDONLY))
attempt("kernel's log", a_file("/dev/kmsg", os.O_RDONLY))
attempt("GPIO chip", a_file("/dev/gpiochip0", os.O_RDWR))
attempt("own profile", a_file("/etc/mortise/board.conf", os.O_WRONLY))
attempt("own program", a_file("/usr/bin/mortise", os.O_WRONLY))
attempt("other state", a_file("/var/lib/probe", os.O_CREAT | os.O_WRONLY))
attempt("own state", a_file(f"{STATE}/lock.db", os.O_WRONLY))
attempt("kernel setting", a_file("/proc/sys/kernel/hostname", os.O_WRONLY))
attempt("homes", lambda: os.listdir("/root"))
attempt("other processes", lambda: os.stat("/proc/1"))
attempt("signal to another", lambda: os.kill(1, 0))
attempt("namespace of its own", lambda: os.unshare(os.CLONE_NEWUSER))
attempt("setuid program", a_setuid_program)
print(json.dumps(results))
