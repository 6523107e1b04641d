#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Kills swoffd at random instants under load, and looks whether anything that
was answered is lost.

        run.py KILLS SEED
"""
import collections
import os
import random
import signal
import sys
import time

import tc
import world
from compare import Comparison
from load import Load
from model import Model

CLAIMS = {
    "lost": "nothing that was answered is lost",
    "resurrected": "what was deleted stays deleted",
    "changed": "every flow and its rule are whole, as they were answered",
    "duplicated": "nothing is there twice",
    "orphans": "no rule of ours is without a flow",
    "reasons": "a flow that is not in hardware says why",
    "foreign": "rules of others are as they were",
    "rewritten": "what nobody asked to change is not put anew",
    "audit": "an audit finds nothing",
    "answers": "every request is answered as it should be",
}
PATIENCE = 20           # what the daemon mends by itself takes seconds
MAX_TOLD = 8


class Run:
    def __init__(self, kills, seed):
        self.wanted, self.random = kills, random.Random(seed)
        self.world, self.model = world.World(), Model()
        self.load = Load(self.model, self.random, self.complain)
        self.bad = collections.Counter()
        self.count = collections.Counter()
        self.kills = 0
        self.trouble = None

    def complain(self, kind, text):
        self.bad[kind] += 1
        if sum(self.bad.values()) > MAX_TOLD:
            return
        print("# %s, after kill %d, %s:" % (
            kind, self.kills, self.trouble.name if self.trouble else
            "no trouble"))
        print("#   " + text.replace("\n", "\n#   "), flush=True)

    def kill(self):
        if self.world.kill() != -signal.SIGKILL:
            self.complain("answers", "the daemon died by itself:\n" +
                          "".join(self.world.said(20)))
        self.kills += 1

    def load_and_kill(self):
        """From the alarm on, the daemon does nothing more."""
        dead = []

        def kill(*_):
            self.world.daemon.send_signal(signal.SIGKILL)
            dead.append(True)
        signal.signal(signal.SIGALRM, kill)
        signal.setitimer(signal.ITIMER_REAL, self.random.uniform(0.002, 0.06))
        self.load.run(lambda: not dead)
        self.kill()
        self.load.killed()

    def start(self):
        self.world.start()
        self.load.connect()

    def compare(self, untouched=False):
        """Until all is as it should be, or it takes too long."""
        until = time.monotonic() + PATIENCE
        while True:
            c = Comparison(self.world, self.model, untouched)
            kinds = {kind for kind, _ in c.differences}
            # What was put anew without need stays so.
            if not kinds or kinds == {"rewritten"} or time.monotonic() > until:
                break
            self.count["compared again"] += 1
        for kind, text in c.differences:
            self.complain(kind, text)
        if c.differences:
            self.complain("the daemon said", "".join(self.world.said(20)))
        c.accept()
        for flow in c.shown:
            self.count["flow compared: " + flow["state"]] += 1

    def begin_trouble(self):
        self.trouble = self.random.choice(world.TROUBLES)(self.world,
                                                          self.random)
        self.count["trouble: " + self.trouble.name] += 1
        self.trouble.begin()
        self.model.refuses = self.trouble.refuses
        # What went while no daemon saw it is not known to the next one.
        self.compare()

    def end_trouble(self):
        self.trouble.end()
        self.trouble = None
        self.compare()
        self.model.refuses = False

    def short_lives(self):
        """Killed while it starts, adopts and restores."""
        while self.random.random() < 0.2 and self.kills < self.wanted:
            self.world.start()
            time.sleep(self.random.uniform(0.01, 0.2))
            self.kill()
            self.count["killed while it started"] += 1

    def life(self):
        """From a daemon that runs to the next one, all compared."""
        was_quiet = not self.trouble
        if self.trouble and self.random.random() < 0.6:
            self.end_trouble()
            was_quiet = True
        elif not self.trouble and self.random.random() < 0.12:
            self.begin_trouble()
        self.load_and_kill()
        self.short_lives()
        self.start()
        self.compare(untouched=was_quiet and not self.trouble)

    def all_lives(self):
        self.world.set_up()
        self.start()
        self.world.add_foreign(world.DEVS)
        self.load.fill()
        self.compare()
        while self.kills < self.wanted and not self.bad:
            self.life()
        if self.trouble:
            self.end_trouble()
        tc.run("swctl", "flow", "flush")
        for e in self.model.entries.values():
            e.known = {None}
        self.compare()


def main():
    run, began = Run(int(sys.argv[1]), int(sys.argv[2])), time.monotonic()
    run.all_lives()
    run.count["kills"] = run.kills
    run.count["requests"] = run.load.asked
    run.count["seconds"] = int(time.monotonic() - began)
    for what, n in sorted(run.count.items()):
        print("# %6d %s" % (n, what))
    for n, (kind, claim) in enumerate(CLAIMS.items(), 1):
        print("%sok %d - %s" % ("not " if run.bad[kind] else "", n, claim))
    print("1..%d" % len(CLAIMS), flush=True)
    os._exit(1 if run.bad else 0)


main()
