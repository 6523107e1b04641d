# SPDX-License-Identifier: GPL-2.0-or-later
"""What was acknowledged against what the daemon says, what tc shows and what
the store holds."""
import collections
import sqlite3
import struct
import time

import tc
from flows import (Flow, POLICIES, kernel_actions, parse_shown, targets,
                   tc_actions)
from world import STATE

IN_TC = {"in_hw", "sw", "evicted"}
# Of a hw-only flow, by the driver and by netdevs that have none.
DRIVER = {"driver-refused", "driver-silent", "table-full",
          "port-not-offloadable", "hw-only-impossible"}


def records():
    """{half of the ufid: record in words}, as a killed daemon left them."""
    found = {}
    try:
        db = sqlite3.connect("file:%s?immutable=1" % STATE, uri=True)
        for slot, data in db.execute("select key, data from flows"):
            ufid, numbers = data[:16].hex(), struct.unpack_from(
                "8Q5I2I2B", data, 16)
            found[ufid[:16]] = "slot %d ufid %s base %s least %s attrs %s " \
                "born %d used %d flags %d policy %d: %s" % (
                    slot, ufid, numbers[:4], numbers[4:8], numbers[8:13],
                    *numbers[13:17], data[108:-1].decode())
        db.close()
    except (sqlite3.Error, struct.error) as e:
        found[""] = "cannot be read: %s" % e
    return found


class Snapshot:
    """The daemon and the kernel at one time, after everything has settled."""

    def __init__(self, world, peer):
        _, self.shown = peer.lines("flow.show")
        self.filters = world.tc.dump(sorted(world.there))
        self.by_place = {}
        self.ours = collections.defaultdict(list)
        for (dev, hook), filters in self.filters.items():
            for f in filters:
                place = tc.place(dev, hook, f)
                self.by_place[place] = f
                if tc.is_ours(f):
                    self.ours[tc.flow_id(f)].append((place, f))
        self.audit, self.findings = peer.lines("flow.audit")

    def foreign(self, place):
        return [f for f in self.filters[place] if not tc.is_ours(f)]


def half(flow):
    return flow["ufid"].replace("-", "")[:16]


class Comparison:
    def __init__(self, world, model, exact):
        self.world, self.model = world, model
        self.exact = exact      # has nothing but what was asked for happened?
        self.differences = []
        self.found = {}         # entry: flow as shown

    def differs(self, kind, text, entry=None, flow=None):
        self.differences.append((kind, text, entry, flow))

    def take(self, snapshot):
        self.snapshot = snapshot
        self.now = time.monotonic()
        self.sort()
        for entry in self.model.entries.values():
            self.check_entry(entry)
        self.check_joint()
        self.check_ids()
        self.check_foreign()
        self.check_audit()
        return self.differences

    def sort(self):
        for flow in self.snapshot.shown:
            ident, words = parse_shown(flow["tc"])
            entry = self.model.by_ident.get(ident)
            if not entry:
                self.differs("resurrected", "a flow that nobody put",
                             flow=flow)
            elif entry in self.found:
                self.differs("duplicated", "a flow is there twice", entry,
                             flow)
            else:
                flow["words"] = words
                self.found[entry] = flow

    def as_model(self, entry, flow, outcomes):
        """The flow as the model has flows: the outcome that it is, if any."""
        for f in outcomes:
            if f and self.same(entry, flow, f):
                return f
        return None

    def same(self, entry, flow, f):
        if f.ufid:
            ufid = flow["ufid"] == f.ufid
        else:
            ufid = entry.derived in (None, flow["ufid"])
        return ufid and flow["words"] == tc_actions(f.actions) and \
            (f.policy, f.pin, f.weight, f.idle, f.hard) == tuple(
                flow[k] for k in ("policy", "pin", "weight", "idle_timeout",
                                  "hard_timeout"))

    def check_entry(self, entry):
        flow = self.found.get(entry)
        outcomes = entry.outcomes(self.now)
        if not flow:
            if None not in outcomes:
                self.differs("lost", "it is not there", entry)
            entry.seen = None
            return
        entry.seen = self.as_model(entry, flow, outcomes)
        if not entry.seen:
            self.differs("resurrected" if outcomes == {None} else "changed",
                         "it is not as it was acknowledged", entry, flow)
            return
        if entry.must_be_over(entry.seen, self.now):
            self.differs("resurrected", "its time is over", entry, flow)
        self.check_state(entry, flow)
        self.check_sums(entry, flow)

    def check_state(self, entry, flow):
        key, state = entry.key, flow["state"]
        place = (key.dev, key.hook, key.chain, key.prio, flow["handle"])
        f = self.snapshot.by_place.get(place)
        codes = {r["code"] for r in flow["reasons"]}
        if state not in IN_TC:
            why = self.why_not(entry, flow, f)
            if not codes & why:
                self.differs("state", "%s for %s; expected: %s" % (
                    state, codes or "no reason", why), entry, flow)
            if self.snapshot.ours.get(half(flow)):
                self.differs("state", "it has a filter", entry, flow)
            return
        if state != "in_hw" and not codes:
            self.differs("state", "no reason", entry, flow)
        if not f or tc.flow_id(f) != half(flow):
            self.differs("lost", "it has no filter", entry, flow)
            return
        wanted = "skip_hw" if state == "evicted" else \
            POLICIES[entry.seen.policy]
        same = (tc.keys(f) == key.keys and
                f["protocol"] == key.family.protocol and
                tc.summary(f) == kernel_actions(entry.seen.actions) and
                tc.flag(f) == wanted and
                f["options"].get("in_hw", False) == (state == "in_hw"))
        if not same:
            self.differs("changed", "its filter is another", entry, flow)
        if self.exact and not entry.touched and state == "in_hw" and \
                entry.index and entry.index != tc.indexes(f):
            self.differs("rewritten", "its filter was put anew: %s, then %s" %
                         (entry.index, tc.indexes(f)), entry, flow)
        entry.new_index = tc.indexes(f) if state == "in_hw" else None

    def is_in_tc(self, key, chain):
        """Does a rule that is in tc lead to that chain?"""
        return any(flow["state"] in IN_TC and e.key.dev == key.dev and
                   e.key.hook == key.hook and
                   flow["words"] == "goto chain %d" % chain
                   for e, flow in self.found.items())

    def why_not(self, entry, flow, f):
        """Reasons that there may be for a flow not to be in tc."""
        key, codes = entry.key, set()
        missing = {key.dev, *targets(entry.seen.actions)} - self.world.there
        if missing:
            return {"device-gone"}
        if key.chain and not self.is_in_tc(key, key.chain):
            return {"chain-unreachable"}
        if entry.seen.policy == "hw-only":
            codes |= DRIVER
        if f and not tc.is_ours(f) or any(
                tc.keys(g) == key.keys and g["pref"] == key.prio and
                g["chain"] == key.chain
                for g in self.snapshot.foreign((key.dev, key.hook))
                if g["kind"] == "flower"):
            codes.add("duplicate")
        return codes

    def check_sums(self, entry, flow):
        packets = flow["stats"]["packets"]
        low = 0 if entry.anew else entry.shown
        if self.exact and not entry.pending and not entry.anew and \
                flow["state"] == "in_hw":
            low = entry.frames
        high = entry.frames + sum(
            e.frames for op in entry.pending if op.joint
            for k, e in self.model.entries.items()
            if k in op.effects and e is not entry)
        if not low <= packets <= high:
            self.differs("counters", "%d packets; expected: %d to %d" % (
                packets, low, high), entry, flow)

    def check_joint(self):
        for op in self.model.joint_ops():
            old, new = (self.model.entries[k] for k in op.effects)
            before = old.levels()[0], new.levels()[0]
            after = {None}, {op.effects[new.key](f) for f in before[1]}
            flushed = old.pending[-1] is not op
            if not any(all(e.seen in s or (flushed and e.seen is None)
                           for e, s in zip((old, new), pair))
                       for pair in (before, after)):
                self.differs("changed", "half done: " + op.what, old,
                             self.found.get(new) or self.found.get(old))

    def check_ids(self):
        wanted = {half(flow): flow for flow in self.snapshot.shown}
        for flow_id, filters in self.snapshot.ours.items():
            if len(filters) > 1:
                self.differs("duplicated", "two filters of one flow: %s" %
                             filters, flow=wanted.get(flow_id))
            if flow_id not in wanted:
                self.differs("orphans", "no flow has the filter %s %s" %
                             filters[0])

    def check_foreign(self):
        for place, filters in self.snapshot.filters.items():
            found = [f for f in filters if not tc.is_ours(f)]
            wanted = self.world.foreign.get(place, [])
            if found != wanted:
                self.differs("foreign", "%s %s: rules of others were\n%s\n"
                             "and are\n%s" % (*place, wanted, found))

    def check_audit(self):
        audit = self.snapshot.audit
        for kind in "missing", "changed", "stale", "duplicated", "orphan":
            if audit[kind]:
                self.differs("audit", "%d %s: %s" % (audit[kind], kind,
                                                     self.snapshot.findings))
        if audit["incomplete"] or audit["pending"]:
            self.differs("audit", "not whole: %s" % audit)
        if audit["foreign"] != self.world.expected_foreign():
            self.differs("audit", "%d foreign, not %d" % (
                audit["foreign"], self.world.expected_foreign()))

    def accept(self):
        """What was found is what is known from now on."""
        for entry in self.model.entries.values():
            flow = self.found.get(entry)
            if flow and not entry.seen:
                entry.seen = self.as_shown(entry, flow)
            entry.pending = []
            entry.known = {entry.seen if flow else None}
            if flow and entry.seen.ufid is None:
                entry.derived = flow["ufid"]
            entry.shown = entry.frames = \
                flow["stats"]["packets"] if flow else 0
            entry.index = getattr(entry, "new_index", None) if flow else None
            entry.anew = entry.touched = False

    def as_shown(self, entry, flow):
        """A flow that should not be as it is, so that the next comparison is
        about what comes then."""
        words = {tc_actions(f.actions): f.actions
                 for f in entry.outcomes(self.now) if f}
        return Flow(words.get(flow["words"], ("drop",)), flow["policy"],
                    None if flow["ufid"] == entry.derived else flow["ufid"],
                    flow["pin"], flow["weight"], flow["idle_timeout"],
                    flow["hard_timeout"])
