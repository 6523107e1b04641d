#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Kills swoffd at random instants under load, and looks whether anything that
was acknowledged is lost.

        run.py KILLS SEED
"""
import collections
import os
import random
import signal
import sys
import time

import rpc
import world
from compare import Comparison, Snapshot, records
from load import Load
from model import Model

KINDS = {
    "lost": "nothing that was acknowledged is lost",
    "resurrected": "what was deleted stays deleted",
    "changed": "every flow and its filter are as acknowledged, attributes too",
    "duplicated": "nothing is there twice",
    "orphans": "no filter of ours is without a flow",
    "state": "who is not in tc has a reason, and the right one",
    "foreign": "rules of others are byte for byte as they were",
    "counters": "sums do not go back, and nothing is counted twice",
    "rewritten": "a restart puts no filter anew that is as it should be",
    "audit": "an audit finds nothing",
    "answers": "every request is answered as it should be",
}
PATIENCE = 6            # what the daemon mends by itself takes seconds
MAX_TOLD = 12


class Run:
    def __init__(self, kills, seed):
        self.wanted, self.random = kills, random.Random(seed)
        self.world, self.model = world.World(), Model()
        self.load = Load(self.model, self.random, self.complain)
        self.bad = collections.Counter()
        self.count = collections.Counter()
        self.spent = collections.Counter()
        self.kills = self.late = self.told = 0
        self.trouble = None
        self.peer = None

    def complain(self, kind, text):
        self.bad[kind] += 1
        self.told += 1
        if self.told < MAX_TOLD:
            print("# %s, before kill %d, %s:" % (
                kind, self.kills + 1,
                self.trouble.name if self.trouble else "no trouble"))
            for line in text.splitlines():
                print("#   " + line)
            sys.stdout.flush()

    # One life of the daemon.

    def start(self):
        self.size = self.world.log_size()
        self.world.start()

    def kill(self):
        self.before = records()
        if self.world.kill() != -signal.SIGKILL:
            self.complain("answers", "the daemon died by itself:\n" +
                          self.world.log_since(self.size))
        self.kills += 1

    def connect(self):
        self.load.connect((rpc.Peer(), rpc.Peer()))
        self.peer = rpc.Peer()

    def load_and_kill(self, seconds):
        """From the alarm on, the daemon has not done anything more."""
        def kill(*_):
            self.world.daemon.send_signal(signal.SIGKILL)
            self.dead = True
        self.dead = False
        signal.signal(signal.SIGALRM, kill)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        self.load.run(30, lambda: not self.dead)
        self.kill()
        self.load.killed()

    def compare(self, exact=True):
        """Until all is as it should be, or it takes too long."""
        began = time.monotonic()
        while True:
            try:
                c = Comparison(self.world, self.model, exact)
                c.take(Snapshot(self.world, self.peer))
            except (rpc.Gone, rpc.Refused) as e:
                self.complain("answers", "no comparison: %r\n%s" % (
                    e, self.world.log_since(self.size)))
                raise SystemExit(1)
            if not c.differences or time.monotonic() > began + PATIENCE:
                break
            # What was put anew without need stays so.
            if any(d[0] in ("rewritten", "counters") for d in c.differences):
                break
            self.late += 1
        self.tell(c)
        c.accept()
        return c

    def tell(self, c):
        after = records() if c.differences else {}
        for kind, text, entry, flow in c.differences:
            lines = [text]
            if entry:
                lines += ["key      %r" % entry.key,
                          "known    %s" % entry.known]
                lines += ["pending  %s" % op.what for op in entry.pending]
            if flow:
                flow_id = flow["ufid"].replace("-", "")[:16]
                lines += ["flow     %s" % flow,
                          "filters  %s" % c.snapshot.ours.get(flow_id),
                          "record   %s" % self.before.get(flow_id),
                          "now      %s" % after.get(flow_id)]
            elif entry:
                for f in entry.known:
                    ufid = f and (f.ufid or entry.derived) or ""
                    flow_id = ufid.replace("-", "")[:16]
                    lines += ["record   %s" % self.before.get(flow_id),
                              "now      %s" % after.get(flow_id)]
            self.complain(kind, "\n".join(lines))
        if c.differences and self.told < MAX_TOLD:
            print("# the daemon said:")
            for line in self.world.log_since(self.size).splitlines()[-20:]:
                print("#   " + line[:300])

    # What happens.

    def send_frames(self, c):
        for entry, flow in c.found.items():
            if flow["state"] != "in_hw" or not entry.key.frame or \
                    not entry.key.dev.startswith("eth") or \
                    flow["words"].startswith("goto") or \
                    self.random.random() > 0.1:
                continue
            n = self.random.randint(1, 100)
            self.world.inject(entry.key.dev, world.frame(*entry.key.frame), n)
            entry.frames += n

    def settle(self):
        """What happened to the kernel is known to the daemon, and written
        down: of what is gone before that, nobody can know."""
        self.peer.lines("flow.show")
        self.peer.lines("flow.show")

    def begin_trouble(self):
        self.trouble = self.random.choice(world.TROUBLES)(
            self.world, self.model, self.random)
        self.count[self.trouble.name] += 1
        if self.random.random() < 0.5:
            self.load.run(0.05, lambda: True)
        self.trouble.begin()
        if hasattr(self.trouble, "no_kill"):
            self.load.run(0.3, lambda: True)
            self.load.finish()
            self.end_trouble()
            return
        self.settle()

    def end_trouble(self):
        self.trouble.end()
        self.settle()
        self.trouble = None

    def short_lives(self):
        """Killed while it starts, adopts and restores."""
        while self.random.random() < 0.3 and self.kills < self.wanted:
            self.start()
            time.sleep(self.random.uniform(0.1, 0.3))
            self.kill()
            self.count["while it starts"] += 1

    def life(self):
        """From a daemon that runs to the next one, all compared."""
        exact = self.trouble is None
        if self.trouble:
            if self.random.random() < 0.6:
                self.end_trouble()
                self.compare(False)
        elif self.random.random() < 0.15:
            self.begin_trouble()
            exact = False
        self.load_and_kill(self.random.uniform(0.002, 0.15))
        self.short_lives()
        self.start()
        self.connect()
        if self.random.random() < 0.15 and self.kills < self.wanted:
            # It has not adopted yet, and is asked for more.
            self.load_and_kill(self.random.uniform(0.001, 0.15))
            self.count["while it starts, under load"] += 1
            self.start()
            self.connect()
        self.peer.call("daemon.wait")
        c = self.compare(exact and self.trouble is None)
        if not self.trouble:
            self.send_frames(c)

    def all_lives(self):
        self.world.set_up()
        self.start()
        self.connect()
        self.peer.call("daemon.wait")
        self.world.add_foreign(world.DEVS)
        self.load.fill()
        self.send_frames(self.compare())
        while self.kills < self.wanted and self.told < MAX_TOLD * 3:
            if sum(e.known == {None} for e in
                   self.model.entries.values()) > 150:
                self.load.fill()
                self.compare()
            self.life()
        if self.trouble:
            self.end_trouble()
        self.compare(False)
        self.peer.call("flow.flush")
        for e in self.model.entries.values():
            e.known = {None}
        self.compare(False)


def main():
    kills = int(sys.argv[1])
    seed = int(sys.argv[2])
    print("# seed %d" % seed)
    run, began = Run(kills, seed), time.monotonic()
    run.all_lives()
    print("# %d kills, %d requests, %d seconds, %d looked again" % (
        run.kills, run.load.asked, time.monotonic() - began, run.late))
    for what, n in sorted(run.count.items()):
        print("# %4d %s" % (n, what))
    claims = dict(KINDS)
    for n, (kind, claim) in enumerate(claims.items(), 1):
        print("%sok %d - %s" % ("not " if run.bad[kind] else "", n, claim))
    print("%sok %d - after %d kills" % (
        "" if run.kills >= kills else "not ", len(claims) + 1, kills))
    print("1..%d" % (len(claims) + 1))
    sys.stdout.flush()
    os._exit(1 if run.bad or run.kills < kills else 0)


main()
