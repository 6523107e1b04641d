#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How long it takes until hardware has what a datapath has.

usage: latency.py birth INJECT PORT N BURST
       latency.py own INJECT PORT N
       latency.py change N COMMAND...

birth injects frames of N new flows, those of traffic.py, BURST at a time, and
waits for the rules of all of these; change runs a command by which N flows of
the datapath change. Prints the times, in milliseconds: from the datapath's
notification of the flow until tc's of a rule that is in hardware, and for one
flow at a time also from the frame. own is birth of one at a time where Open
vSwitch offloads, which puts no flow into its datapath then.
"""
import subprocess
import sys
import time

sys.path.append(sys.path[0] + "/../capacity")
import netlink      # noqa: E402
import traffic      # noqa: E402

PATIENCE = 20       # seconds without any news


class Times:
    def __init__(self):
        self.watch = netlink.Watch()
        self.since, self.took = {}, []
        self.last = 0

    def take(self, event):
        if event.what in ("flow", "changed"):
            self.since.setdefault(event.flow, event.time)
        elif event.what == "put" and event.in_hw:
            since = self.since.pop(event.flow, None)
            if since is not None:
                self.took.append(event.time - since)
                self.last = event.time
        elif event.what == "own" and event.in_hw:
            self.took.append(event.time)
            self.last = event.time

    def until(self, n):
        """n rules have come."""
        while len(self.took) < n:
            events = self.watch.poll(PATIENCE)
            if events is None:
                sys.exit("%d of %d rules have come" % (len(self.took), n))
            for event in events:
                self.take(event)


def show(what, times):
    t = sorted(1000 * s for s in times)
    at = [t[min(len(t) - 1, int(len(t) * q))] for q in (0, .5, .9, .99, 1)]
    print("%s: n %d min %.1f median %.1f p90 %.1f p99 %.1f max %.1f" % (
        what, len(t), *at))


def birth(path, port, n, burst):
    """Of each flow, and of each burst from its first frame."""
    times, whole = Times(), []
    for first in range(0, n, burst):
        lines = "".join("%s 1 %s\n" % (port, traffic.frame(i).hex())
                        for i in range(first, min(first + burst, n)))
        began = time.monotonic()
        with open(path, "w") as inject:
            inject.write(lines)
        times.until(min(first + burst, n))
        whole.append(times.last - began)
    return times.took, whole


def change(n, command):
    times = Times()
    child = subprocess.Popen(command, preexec_fn=netlink.ordinary)
    times.until(n)
    child.wait()
    show("change to rule", times.took)


def main(what, *args):
    if what == "change":
        change(int(args[0]), args[1:])
        return
    burst = 1 if what == "own" else int(args[3])
    took, whole = birth(args[0], args[1], int(args[2]), burst)
    if what == "birth":
        show("flow to rule", took)
    if burst == 1:
        show("frame to rule", whole)


main(*sys.argv[1:])
