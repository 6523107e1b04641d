#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Kills swoffd and ovs-vswitchd, by turns and at random instants, while frames
make flows and OpenFlow rules change, and looks how soon after the next one is
started datapath, swoffd, tc and hardware agree.

usage: kill.py KILLS SEED
"""
import os
import random
import subprocess
import sys
import time

import truth

sys.path.append(sys.path[0] + "/../capacity")
import traffic      # noqa: E402

N = 200             # flows
AT_LEAST = 2        # seconds that are looked at
PATIENCE = 15       # until what is late is given up
VSWITCHD = "/run/openvswitch/ovs-vswitchd.pid"
RULE = "in_port=eth1,udp,nw_src=10.0.0.%d/29"
ACTIONS = ["eth2", "eth3", "eth2,eth3", "drop"]


def run(*words, check=True):
    return subprocess.run(words, check=check, capture_output=True,
                          text=True).stdout


class Run:
    def __init__(self, kills, seed):
        self.wanted, self.random = kills, random.Random(seed)
        self.frames = [traffic.frame(i).hex() for i in range(N)]
        self.children = []
        self.took = {"swoffd": [], "ovs-vswitchd": []}
        self.bad = {"wrong": 0, "others": 0}
        self.count = {"flows compared": 0, "in hardware": 0}

    def complain(self, kind, lines):
        self.bad[kind] += 1
        for line in lines[:4]:
            print("# %s: %s" % (kind, line[:600]), flush=True)

    def pid(self, name):
        if name == "swoffd":
            return int(run("sh", "-c", "swctl -j status | jq .pid"))
        with open(VSWITCHD) as f:
            return int(f.read())

    # What goes on meanwhile. Nothing of it is waited for.

    def send(self):
        flows = self.random.sample(range(N), 40)
        with open(truth.HW + "inject", "w") as f:
            f.write("".join("128 1 %s\n" % self.frames[i] for i in flows))

    def change(self):
        self.children.append(subprocess.Popen(
            ["ovs-ofctl", "--names", self.random.choice(
                ["mod-flows", "mod-flows", "mod-flows", "add-flow"]), "br0",
             (RULE + ",actions=%s") % (8 * self.random.randrange(N // 8),
                                       self.random.choice(ACTIONS))],
            stderr=subprocess.DEVNULL))

    def load(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.random.choice([self.send, self.send, self.change])()

    def wait(self):
        for child in self.children:
            child.wait()
        self.children = []

    # A life and its end.

    def kill(self, name):
        """By another process, whatever is going on here."""
        pid, after = self.pid(name), self.random.uniform(0.01, 0.5)
        killer = subprocess.Popen(["sh", "-c", "sleep %f; kill -9 %d" % (
            after, pid)])
        self.load(after + 0.05)
        killer.wait()
        while os.path.exists("/proc/%d" % pid):
            pass

    def start(self, name):
        if name == "swoffd":
            subprocess.run(["swoffd", "--background", "--log-level",
                            "warning"], check=True)
        else:
            run("ovs-vswitchd", "--pidfile", "--detach", "--no-chdir",
                "-vconsole:off")

    def compare(self, name, others, began):
        now, took = truth.agree(PATIENCE, AT_LEAST, began)
        self.took[name].append(took)
        if now.differs:
            self.complain("wrong", ["after %s" % name] + now.differs)
        if now.others() != others:
            self.complain("others", ["%s" % now.others()])
        self.count["flows compared"] += len(now.flows)
        self.count["in hardware"] += now.rules

    def life(self, name):
        others = truth.Truth().others()
        self.kill(name)
        self.load(self.random.uniform(0, 0.2))
        self.wait()
        began = time.monotonic()
        self.start(name)
        # How long vswitchd takes to start is its own.
        if name == "ovs-vswitchd":
            began = time.monotonic()
        self.send()
        self.compare(name, others, began)
        if name == "ovs-vswitchd":
            run("ovs-ofctl", "--names", "add-flows", "br0", "/tmp/rules")

    def all_lives(self):
        for i in range(self.wanted):
            self.life(["swoffd", "ovs-vswitchd"][i % 2])
            if any(self.bad.values()):
                break


def main():
    run_, began = Run(int(sys.argv[1]), int(sys.argv[2])), time.monotonic()
    run_.all_lives()
    for name, took in run_.took.items():
        if took:
            t = sorted(took)
            print("# %s: %d kills, agreed after: median %.2f s, max %.2f s" % (
                name, len(t), t[len(t) // 2], t[-1]))
    for what, n in run_.count.items():
        print("# %6d %s" % (n, what))
    print("# %d s" % (time.monotonic() - began))
    for name, claim in [
            ("wrong", "datapath, swoffd, tc and hardware agree"),
            ("others", "rules of others and flows asked for are as before")]:
        print("CLAIM %d %s" % (run_.bad[name], claim))


main()
