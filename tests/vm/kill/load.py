# SPDX-License-Identifier: GPL-2.0-or-later
"""Changes at random, many under way at a time.

What is asked for on one connection is done in that order; a load is read
little by little meanwhile, so its flows are others than those of single
requests."""
import json
import subprocess
import time
import uuid

import model
import rpc
from flows import PLAIN, PORTS

DEEP = 48                       # requests under way
# Errors by which a request says that it has done nothing.
NOTHING_DONE = {"ENOENT", "ENODEV"}


class Load:
    def __init__(self, m, random, complain):
        self.model, self.random, self.complain = m, random, complain
        keys = list(m.entries)
        self.loaded = keys[::4]
        # Nothing is asked of these: what is theirs is not touched.
        self.steady = keys[1::12]
        self.single = [k for k in keys
                       if k not in self.loaded and k not in self.steady]
        self.peer = self.loader = self.loader_op = None
        self.under_way = {}     # id: op
        self.asked = 0

    def connect(self):
        self.peer = rpc.Peer()

    # What is asked for.

    def actions(self, key):
        r = self.random
        others = [p for p in PORTS if p != key.dev]
        if key.chain == 0 and key.odp and r.random() < 0.3:
            return ("goto", 1)
        kind = r.choice(["drop", "to", "to", "both", "vlan", "plain"])
        if kind == "drop":
            return ("drop",)
        if kind == "both":
            return ("to", *r.sample(others, 2))
        if kind == "vlan":
            return ("vlan", r.randint(1, 9), r.choice(others))
        if kind == "plain" and key.dev != PLAIN:
            return ("to", PLAIN)
        return ("to", r.choice(others))

    def pick(self):
        while True:
            key = self.random.choice(self.single)
            if not any(op.joint for op in self.model.entries[key].pending):
                return key

    def add(self, key=None, ufid=None):
        r, key = self.random, key or self.pick()
        actions = self.actions(key)
        policy, = r.choices(["best-effort", "hw-only", "sw-only"], [8, 1, 1])
        weight = r.choice([None, None, None, r.randint(1, 1000)])
        params = {"flow": key.line(actions, ufid), "policy": policy}
        if weight:
            params["weight"] = weight
        self.send("flow.add", params, model.Op(
            "add %r %s" % (key, params),
            {key: model.adds(actions, policy, weight, ufid)}))

    def add_named(self):
        key = self.pick()
        self.add(key, key.odp and str(uuid.UUID(int=self.random.getrandbits(
            128))))

    def move(self):
        """A ufid goes to another match."""
        keys = old, new = self.pick(), self.pick()
        entries = [self.model.entries[k] for k in keys]
        if old is new or not new.odp or \
                any(e.pending or len(e.known) > 1 for e in entries):
            return
        flow, actions = entries[0].projected(), self.actions(new)
        if not flow or not flow.ufid:
            return
        self.send("flow.add", {"flow": new.line(actions, flow.ufid),
                               "policy": "best-effort"},
                  model.Op("move %r to %r" % keys, {
                      old: model.deletes,
                      new: model.adds(actions, "best-effort", None,
                                      flow.ufid)}, joint=True))

    def delete(self):
        key = self.pick()
        flow = self.model.entries[key].projected()
        name = flow.ufid if flow and flow.ufid else key.name()
        self.send("flow.del", {"flow": name},
                  model.Op("del %r" % key, {key: model.deletes}))

    def weigh(self):
        key, weight = self.pick(), self.random.randint(1, 1000)
        self.send("flow.set", {"flow": key.name(), "weight": weight},
                  model.Op("set %r weight %d" % (key, weight),
                           {key: model.weighs(weight)}))

    def load(self, keys=None):
        """Lines through swctl."""
        effects, lines = {}, []
        for key in keys or self.random.sample(self.loaded, 20):
            actions = self.actions(key)
            effects[key] = model.adds(actions, "best-effort", None, None)
            lines.append(key.line(actions) if key.odp else
                         "filter replace " + key.line(actions))
        self.loader_op = model.Op("load", effects)
        self.model.push(self.loader_op)
        self.asked += len(lines)
        self.loader = subprocess.Popen(["swctl", "-j", "flow", "load", "-"],
                                       stdin=subprocess.PIPE, text=True,
                                       stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL)
        try:
            self.loader.stdin.write("\n".join(lines) + "\n")
            self.loader.stdin.close()
        except BrokenPipeError:
            pass  # The daemon was gone before: no answer, as reap() finds.

    # Sending, and what becomes of it.

    def send(self, method, params, op):
        self.model.push(op)
        self.under_way[self.peer.ask(method, params)] = op
        self.asked += 1

    def take(self, answers):
        for number, answer in answers:
            op, error = self.under_way.pop(number), answer.get("error")
            if not error:
                self.model.answered(op)
                continue
            name = (error.get("data") or {}).get("errno_name")
            if name not in NOTHING_DONE:
                self.complain("answers", "%s: %s" % (op.what, error))
            # An add that is not there: what came after it has been done.
            if name == "ENODEV" or op.what.startswith(("del", "set")):
                self.model.refused(op)

    def reap(self, wait=False):
        """Lines of a load can be refused, and it is not told here which."""
        if self.loader and (wait or self.loader.poll() is not None):
            said = self.loader.stdout.read()
            self.loader.wait()
            self.loader = None
            taken = json.loads(said).get("flows") if said else None
            if taken == len(self.loader_op.effects):
                self.model.answered(self.loader_op)

    def run(self, goes_on):
        steps = {self.add: 50, self.add_named: 15, self.move: 10,
                 self.delete: 30, self.weigh: 10}
        if self.random.random() < 0.25:
            self.load()
        while goes_on():
            while len(self.under_way) < DEEP and not self.peer.closed:
                self.random.choices(list(steps), steps.values())[0]()
            self.take(self.peer.poll(0.005))
            self.reap()

    def finish(self):
        """Until all has been answered."""
        until = time.monotonic() + 30
        while self.under_way and time.monotonic() < until:
            self.take(self.peer.poll(0.01))
        self.reap(wait=True)
        for op in self.under_way.values():
            self.complain("answers", "not answered: " + op.what)

    def fill(self):
        """All that is loaded or steady."""
        self.load(self.loaded)
        for key in self.steady:
            self.add(key)
        self.finish()

    def killed(self):
        self.take(self.peer.drain())
        self.reap(wait=True)
        self.under_way.clear()
        self.model.killed()
