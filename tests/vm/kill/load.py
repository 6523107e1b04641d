# SPDX-License-Identifier: GPL-2.0-or-later
"""Changes at random, many under way at a time.

What is asked for on one connection is done in that order, so the flows of a
load, which is read little by little, are others than those of single requests,
and there is no flush while one is under way."""
import os
import time
import uuid

import model
from flows import PLAIN, PORTS

DEEP, LOW = 48, 24              # requests under way: no more, then some more
# Errors by which a request says that it has done nothing.
NOTHING_DONE = {"ENOENT", "ENODEV"}


class Load:
    def __init__(self, m, random, complain):
        self.model, self.random, self.complain = m, random, complain
        keys = list(m.entries)
        self.loaded = keys[::4]
        self.single = [k for i, k in enumerate(keys) if i % 4]
        # Nothing is asked of these, mostly: what is theirs is not touched.
        self.steady = self.single[::10]
        self.single = [k for k in self.single if k not in self.steady]
        self.under_way = {}     # (peer, id): op, or None
        self.reports = {}
        self.peer = self.bulk = None
        self.asked = 0

    # What is asked for.

    def actions(self, key):
        r = self.random
        others = [p for p in PORTS if p != key.dev]
        if key.family.name == "ip" and r.random() < 0.35:
            return ("goto", r.choice([1, 2]))
        if key.chain == 1 and r.random() < 0.3:
            return ("goto", 2)
        kind = r.choice(["drop", "to", "to", "to", "both", "vlan"])
        if kind == "drop":
            return ("drop",)
        if kind == "both":
            return ("to", *r.sample(others, 2))
        if kind == "vlan":
            return ("vlan", r.randint(1, 9), r.choice(others))
        if r.random() < 0.05 and key.dev != PLAIN:
            return ("to", PLAIN)
        return ("to", r.choice(others))

    def policy(self):
        return self.random.choices(["best-effort", "hw-only", "sw-only"],
                                   [8, 1, 1])[0]

    def attrs(self, often=0.25):
        r, attrs = self.random, {}
        if r.random() < often:
            attrs["weight"] = r.randint(1, 1000)
        if r.random() < often / 2:
            attrs["pin"] = r.random() < 0.5
        if r.random() < often / 2:
            attrs["idle"] = r.randint(1000, 5000)
        if r.random() < often / 6:
            attrs["hard"] = r.choice([3, 9000])
        return attrs

    def ufid(self):
        return str(uuid.UUID(int=self.random.getrandbits(128)))

    def add(self, key, ufid=None):
        actions, policy, attrs = self.actions(key), self.policy(), self.attrs()
        what = "add %r %s %s %s ufid=%s" % (key, actions, policy, attrs, ufid)
        op = model.Op(what, {key: model.adds(actions, policy, ufid, attrs)})
        self.send("flow.add", add_params(key.line(actions, ufid), policy,
                                         attrs), op)

    def add_new(self):
        self.add(self.pick())

    def add_named(self):
        key = self.pick()
        self.add(key, self.ufid() if key.odp else None)

    def replace(self):
        key = self.pick(there=True)
        if key:
            self.add(key)

    def move(self):
        """A ufid goes to another match."""
        old, new = self.pick(there=True), self.pick()
        if not old or not new.odp or old is new:
            return
        entries = [self.model.entries[k] for k in (old, new)]
        if any(e.pending or not e.is_sure() for e in entries):
            return
        flows = [e.projected() for e in entries]
        if not flows[0].ufid or any(f and f.hard for f in flows):
            return
        actions = self.actions(new)
        op = model.Op("move %r to %r %s" % (old, new, actions),
                      {old: model.deletes,
                       new: model.adds(actions, "best-effort", flows[0].ufid,
                                       {})}, joint=True)
        self.send("flow.add", add_params(new.line(actions, flows[0].ufid),
                                         "best-effort", {}), op)

    def delete(self):
        key = self.pick(there=self.random.random() < 0.9)
        if not key:
            return
        name, entry = key.name(), self.model.entries[key]
        flow = entry.projected()
        if flow and self.random.random() < 0.4:
            name = flow.ufid or entry.derived or name
        self.send("flow.del", {"flow": name},
                  model.Op("del %r" % key, {key: model.deletes}))

    def set(self):
        key = self.pick(there=True)
        attrs = self.attrs(often=0.7)
        if key and attrs:
            self.send("flow.set", dict(attr_params(attrs), flow=key.name()),
                      model.Op("set %r %s" % (key, attrs),
                               {key: model.sets(attrs)}))

    def look(self):
        self.send("flow.stats", {}, None)

    def explain(self):
        key = self.pick()
        self.send("flow.explain", {"flow": key.line(self.actions(key))}, None)

    def flush(self):
        if not self.reports:
            self.send("flow.flush", {}, model.Op("flush", {
                key: model.deletes for key in self.model.entries}))

    def load(self, keys=None):
        """Lines through descriptors, on a connection of their own."""
        if self.reports or any(op and op.what == "flush"
                               for op in self.under_way.values()):
            return
        attrs, effects, lines = self.attrs(), {}, []
        for key in keys or self.random.sample(self.loaded, 30):
            if not key.odp and self.random.random() < 0.2:
                effects[key] = model.deletes
                lines.append("filter del " + key.tc)
                continue
            actions = self.actions(key)
            effects[key] = model.adds(actions, "best-effort", None, attrs)
            lines.append(key.line(actions) if key.odp else
                         "filter replace " + key.line(actions))
        text = "\n".join(lines) + "\n"
        fds = [os.pipe(), os.pipe()]
        os.write(fds[0][1], text.encode())
        os.close(fds[0][1])
        op = model.Op("load %s:\n%s" % (attrs, text), effects)
        number = self.send("flow.load", attr_params(attrs), op, self.bulk,
                           [fds[0][0], fds[1][1]])
        os.close(fds[0][0])
        os.close(fds[1][1])
        self.reports[number] = fds[1][0]

    # Sending, and what becomes of it.

    def pick(self, there=False):
        for _ in range(20):
            key = self.random.choice(self.single)
            if self.model.free(key) and \
                    (not there or self.model.entries[key].projected()):
                return key
        return None if there else self.single[0]

    def send(self, method, params, op, peer=None, fds=()):
        peer = peer or self.peer
        if op:
            self.model.push(op)
        number = peer.ask(method, params, fds)
        self.under_way[peer, number] = op
        self.asked += 1
        return number

    def answered(self, peer, answers):
        for number, answer in answers:
            op = self.under_way.pop((peer, number), None)
            if peer is self.bulk and number in self.reports:
                os.close(self.reports.pop(number))
            if not op:
                continue
            if "error" not in answer:
                result = answer["result"]
                if isinstance(result, dict) and \
                        (result.get("bad") or result.get("refused")):
                    self.complain("answers", "%s: %s" % (op.what, result))
                self.model.acknowledge(op)
                continue
            error = (answer["error"].get("data") or {}).get("errno_name")
            if error not in NOTHING_DONE:
                self.complain("answers", "%s: %s" % (op.what, answer))
            if not self.model.is_overtaken(op):
                self.model.forget(op)

    def connect(self, peers):
        self.peer, self.bulk = peers

    def burst(self):
        steps = [(self.add_new, 40), (self.add_named, 15), (self.replace, 25),
                 (self.move, 12), (self.delete, 30), (self.set, 12),
                 (self.look, 2), (self.explain, 2), (self.load, 3),
                 (self.flush, 0.15)]
        while len(self.under_way) < DEEP and not self.peer.closed:
            step, = self.random.choices([s for s, _ in steps],
                                        [w for _, w in steps])
            step()

    def run(self, seconds, goes_on):
        """As long as goes_on() says so."""
        until = time.monotonic() + seconds
        while goes_on() and time.monotonic() < until:
            if len(self.under_way) < LOW:
                self.burst()
            self.answered(self.peer, self.peer.poll(0.005))
            self.answered(self.bulk, self.bulk.poll(0))

    def finish(self, patience=30):
        """Until all has been answered."""
        until = time.monotonic() + patience
        while self.under_way and time.monotonic() < until and \
                not self.peer.closed:
            self.answered(self.peer, self.peer.poll(0.01))
            self.answered(self.bulk, self.bulk.poll(0.01))
        if self.under_way:
            self.complain("answers", "not answered: %s" % [
                op.what for op in self.under_way.values() if op])

    def fill(self):
        """Everything at once, and what is not touched later."""
        self.load(self.loaded)
        for key in self.steady:
            self.add(key)
        self.finish()

    def killed(self):
        for peer in self.peer, self.bulk:
            self.answered(peer, peer.drain())
        self.under_way.clear()
        for fd in self.reports.values():
            os.close(fd)
        self.reports.clear()


def attr_params(attrs):
    names = {"idle": "idle_timeout", "hard": "hard_timeout"}
    return {names.get(k, k): v for k, v in attrs.items()}


def add_params(line, policy, attrs):
    return dict(attr_params(attrs), flow=line, policy=policy)
