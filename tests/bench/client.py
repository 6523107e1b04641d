#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Times a running swoffd from a client that stays connected.

client.py poll                seconds that reading all counters takes, by the
                              daemon's clock, and those until they are told
client.py load FILE           seconds that a load takes, in all and after its
                              last line: what is read back, and reported
client.py socket COMMAND...   device.list, until COMMAND ends, over one socket
client.py swctl COMMAND...    the same, a process of swctl for each

The last two print how many answers there were, and p50, p99 and maximum of
their milliseconds.  COMMAND must succeed.
"""
import json
import os
import socket
import subprocess
import sys
import time


class Client:
    def __init__(self):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(os.environ.get("SWOFFD_SOCKET",
                                           "/run/swoffd/swoffd.sock"))
        self.lines = self.socket.makefile()

    def ask(self, method, params=None, fds=()):
        request = {"jsonrpc": "2.0", "id": 1, "method": method,
                   "params": params or {}}
        line = json.dumps(request).encode() + b"\n"
        if fds:
            socket.send_fds(self.socket, [line], fds)
        else:
            self.socket.sendall(line)

    def answer(self, method):
        answer = json.loads(self.lines.readline())
        if "error" in answer:
            sys.exit(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def call(self, method, params=None, fds=()):
        self.ask(method, params, fds)
        return self.answer(method)


def poll():
    """What is told comes later than what was read: it is added up first, and
    if the daemon was about to read them anyhow, that is waited for too."""
    client = Client()
    start = time.perf_counter()
    result = client.call("flow.stats")
    seconds = time.perf_counter() - start
    print(f"{result['read_ms'] / 1000:.3f} {seconds:.6f}")


def load(path):
    client = Client()
    reader, writer = os.pipe()
    reports, theirs = os.pipe()
    with open(path, "rb") as file:
        lines = file.read()
    start = time.perf_counter()
    client.ask("flow.load", {}, [reader, theirs])
    os.close(reader)
    os.close(theirs)
    with os.fdopen(writer, "wb", 0) as pipe:
        at = 0
        while at < len(lines):
            at += pipe.write(lines[at:at + 65536])
    end_of_input = time.perf_counter()
    client.answer("flow.load")
    end = time.perf_counter()
    if os.read(reports, 65536):
        sys.exit(f"{path}: not all lines are flows now")
    print(f"{end - start:.6f} {end - end_of_input:.6f}")


def ask_over_socket():
    client = Client()
    return lambda: client.call("device.list")


def ask_by_swctl():
    return lambda: subprocess.run(["swctl", "device", "list"], check=True,
                                  stdout=subprocess.DEVNULL)


def latency(ask, command):
    took = []
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            start = time.perf_counter()
            ask()
            took.append((time.perf_counter() - start) * 1000)
    if process.returncode or not took:
        sys.exit(f"{command[0]}: status {process.returncode}, "
                 f"{len(took)} answers meanwhile")
    took.sort()
    print(len(took), *(f"{took[int((len(took) - 1) * part)]:.3f}"
                       for part in (0.5, 0.99, 1)))


def main():
    _, what, *rest = sys.argv
    if what == "poll":
        poll()
    elif what == "load":
        load(*rest)
    elif what == "socket":
        latency(ask_over_socket(), rest)
    elif what == "swctl":
        latency(ask_by_swctl(), rest)
    else:
        sys.exit(__doc__)


main()
