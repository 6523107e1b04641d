# SPDX-License-Identifier: GPL-2.0-or-later
"""What was answered against what swctl says and what tc shows."""
import collections
import json

import tc
from flows import POLICIES, Flow, parse_shown, tc_actions

IN_TC = {"in_hw", "sw", "evicted"}
Seen = collections.namedtuple("Seen", "ufid state indexes")


def swctl(*words):
    return json.loads(tc.run("swctl", "-j", *words, check=False).stdout)


def half(flow):
    return flow["ufid"].replace("-", "")[:16]


class Comparison:
    """Of one time. differences: (kind, text) of each that was found."""

    def __init__(self, world, model, untouched):
        self.world, self.model = world, model
        self.untouched = untouched  # has nothing but requests happened?
        self.differences = []
        self.found = {}             # entry: flow as shown
        self.seen = {}              # entry: Seen
        self.shown = swctl("flow", "show")
        self.filters = world.dump()
        self.ours = collections.defaultdict(list)
        for (dev, hook), filters in self.filters.items():
            for f in filters:
                if tc.is_ours(f):
                    self.ours[tc.flow_id(f)].append((dev, hook, f))
        self.sort()
        for entry in self.model.entries.values():
            self.check_entry(entry)
        self.check_joint()
        self.check_filters()
        self.check_audit()

    def differs(self, kind, text, entry=None, flow=None):
        lines = [text]
        if entry:
            lines += ["key     %r" % entry.key,
                      "known   %s" % entry.known]
            lines += ["asked   " + what for what in entry.story]
        if flow:
            lines += ["found   %s" % [flow[k] for k in (
                          "words", "policy", "weight", "ufid", "state",
                          "reasons")],
                      "filters %s" % self.ours.get(half(flow))]
        self.differences.append((kind, "\n".join(lines)))

    def sort(self):
        for flow in self.shown:
            ident, flow["words"] = parse_shown(flow["tc"])
            entry = self.model.by_ident.get(ident)
            if not entry:
                self.differs("resurrected", "nobody put it", flow=flow)
            elif entry in self.found:
                self.differs("duplicated", "it is there twice", entry, flow)
            else:
                self.found[entry] = flow

    def as_known(self, entry, flow):
        """What it is of all that it may be, or None."""
        for f in entry.outcomes():
            if f and (tc_actions(f.actions), f.policy, f.weight) == \
                    (flow["words"], flow["policy"], flow["weight"]) and \
                    f.ufid in (None, flow["ufid"]):
                return f
        return None

    def check_entry(self, entry):
        flow, outcomes = self.found.get(entry), entry.outcomes()
        if not flow:
            if None not in outcomes:
                self.differs("lost", "it is not there", entry)
            return
        known = self.as_known(entry, flow)
        if not known:
            self.differs("resurrected" if outcomes == {None} else "changed",
                         "it is not as it was answered", entry, flow)
            return
        self.check_filter(entry, flow, known)

    def check_filter(self, entry, flow, known):
        filters, state = self.ours.get(half(flow), []), flow["state"]
        if state != "in_hw" and not flow["reasons"]:
            self.differs("reasons", "it has none", entry, flow)
        if state not in IN_TC:
            if state == "pending":
                self.differs("reasons", "it is still pending", entry, flow)
            if filters:
                self.differs("changed", "it has a filter", entry, flow)
        elif not filters:
            self.differs("lost", "it has no filter", entry, flow)
        elif not self.is_as_known(entry.key, flow, known, filters[0]):
            self.differs("changed", "its filter is another", entry, flow)
        seen = Seen(flow["ufid"], state,
                    filters and tc.indexes(filters[0][2]))
        self.seen[entry] = seen
        # One in software is put once more, to hear why from the driver; one in
        # a chain depends on others.
        if self.untouched and not entry.touched and entry.seen and \
                not entry.key.chain and \
                entry.seen.state == "in_hw" and seen != entry.seen:
            self.differs("rewritten", "%s, before: %s" % (seen, entry.seen),
                         entry, flow)

    def is_as_known(self, key, flow, known, filter):
        dev, hook, f = filter
        flag = "skip_hw" if flow["state"] == "evicted" else \
            POLICIES[known.policy]
        return (dev, hook, f["chain"], f["pref"], tc.keys(f)) == \
            key.ident() and \
            tc.words(f) == tc_actions(known.actions) and \
            tc.flag(f) == flag and \
            f["options"]["handle"] == flow["handle"] and \
            f["options"].get("in_hw", False) == (flow["state"] == "in_hw")

    def check_joint(self):
        """All of it or nothing."""
        for op in self.model.half_done:
            there = [e in self.found for e in self.model.of(op)]
            before = [b != {None} for b in op.before]
            if there not in (before, [False, True]):
                self.differs("changed", "half done: " + op.what)

    def check_filters(self):
        wanted = {half(flow) for flow in self.shown}
        for flow_id, filters in self.ours.items():
            if len(filters) > 1:
                self.differs("duplicated", "two filters of one flow: %s" %
                             filters)
            if flow_id not in wanted:
                self.differs("orphans", "no flow has the filter %s" % filters)
        for place, filters in self.filters.items():
            found = [f for f in filters if not tc.is_ours(f)]
            wanted = self.world.foreign.get(place, [])
            if found != wanted:
                self.differs("foreign", "%s %s: rules of others were\n%s\n"
                             "and are\n%s" % (*place, wanted, found))

    def check_audit(self):
        audit = swctl("audit")
        n_foreign = sum(not tc.is_ours(f) for filters in self.filters.values()
                        for f in filters)
        if audit["foreign"] != n_foreign or audit["incomplete"] or any(
                audit[kind] for kind in ("missing", "changed", "stale",
                                         "duplicated", "orphan", "pending")):
            self.differs("audit", "%d foreign, and it says %s" % (n_foreign,
                                                                  audit))

    def accept(self):
        """What was found is what is known from now on."""
        for entry in self.model.entries.values():
            flow, known = self.found.get(entry), None
            if flow:
                known = self.as_known(entry, flow)
                if not known:
                    known = Flow(("drop",), flow["policy"], flow["weight"],
                                 None)
            entry.known = {known}
            entry.touched = False
            entry.story = []
            entry.seen = self.seen.get(entry)
        self.model.half_done = []
