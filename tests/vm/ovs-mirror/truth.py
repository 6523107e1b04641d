#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares what the datapath has, what swoffd says of it, what tc has and how
many rules are in hardware. Of actions it knows outputs, drops and chains,
and of connections and tunnels that there are some.

usage: truth.py SECONDS   until they agree; 1, and what differs, if they do not
"""
import collections
import json
import os
import re
import subprocess
import sys
import time

HW = "/sys/kernel/debug/netdevsim/netdevsim10/hw/"
MIRRORED, ASKED_FOR = "73776f6d", "73776f66"
Flow = collections.namedtuple("Flow", "dev actions")
# whose: MIRRORED, ASKED_FOR or None.
Filter = collections.namedtuple("Filter", "dev whose flow actions in_hw all")


def output(*words):
    return subprocess.run(words, capture_output=True, text=True).stdout


def half(ufid):
    return ufid.replace("-", "")[:16]


def without(text, name):
    """name(...) is the name alone."""
    at = text.find(name + "(")
    if at < 0:
        return text
    end, depth = at + len(name), 0
    while end == at + len(name) or depth:
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        end += 1
    return text[:at] + name + without(text[end:], name)


def in_datapath():
    """{ufid: Flow}, without vswitchd."""
    found = {}
    for line in output("ovs-dpctl", "dump-flows", "-m", "--names").split("\n"):
        if line.startswith("ufid:"):
            ufid, rest = line[5:].split(",", 1)
            found[ufid] = Flow(re.search(r"in_port\(([^)]*)", rest)[1],
                               rest.split("actions:")[1])
    return found


def told():
    """{ufid: object}, or None: nobody answers."""
    text = output("swctl", "-j", "ovs", "flows")
    return {f["ufid"]: f for f in json.loads(text)} if text else None


def word(a):
    """None: it is not a word of the datapath's own."""
    if a["kind"] == "mirred":
        return a["to_dev"]
    if a["kind"] == "skbedit" and a.get("ptype") == "host" or \
            a["kind"] == "tunnel_key":
        return None
    if a["kind"] == "gact":
        kind = a["control_action"]["type"]
        return {"goto": "recirc(%#x)" % a["control_action"].get("chain", 0),
                "pass": None}.get(kind, kind)
    return a["kind"]


def filter_of(dev, f):
    options = f["options"]
    actions = options.get("actions", [])
    cookie = actions[0].get("cookie", "") if actions else ""
    whose = cookie[:8] if cookie[:8] in (MIRRORED, ASKED_FOR) else None
    return Filter(dev, whose, whose and cookie[16:],
                  ",".join(filter(None, map(word, actions))),
                  options.get("in_hw", False), f)


def arrays(text):
    decoder, at = json.JSONDecoder(), 0
    while at < len(text):
        found, at = decoder.raw_decode(text, at)
        yield found
        at += len(text[at:]) - len(text[at:].lstrip())


def in_tc():
    """By one tc, for to start one takes long. It says nothing of a netdev that
    has no qdisc for filters; what lo has ends what it says of each."""
    devs = sorted(d for d in os.listdir("/sys/class/net")
                  if re.match("eth|br|und|.*_sys", d))
    said = subprocess.run(
        ["tc", "-j", "-force", "-batch", "-"], capture_output=True, text=True,
        input="".join("filter show dev %s ingress\n"
                      "filter show dev %s egress\n"
                      "qdisc show dev lo\n" % (d, d) for d in devs)).stdout
    found = []
    for array in arrays(said.lstrip()):
        if array and "pref" not in array[0]:
            devs = devs[1:]
        found += [filter_of(devs[0], f) for f in array
                  if "handle" in f.get("options", {})]
    return found


def plain(actions):
    """As word() has them."""
    return without(without(actions, "ct"), "set").replace("set,", "")


class Truth:
    """Of one time; differs: what does not agree, in words."""

    def __init__(self):
        self.flows, self.told = in_datapath(), told()
        self.filters = in_tc()
        with open(HW + "rules") as f:
            self.rules = int(f.read())
        self.differs = []
        if self.told is None:
            self.differs.append("swoffd does not answer")
            return
        self.by_flow = collections.defaultdict(list)
        for f in self.filters:
            if f.whose == MIRRORED:
                self.by_flow[f.flow].append(f)
        self.check_told()
        self.check_filters()
        self.check_hardware()

    def check_told(self):
        for ufid in self.flows.keys() ^ self.told.keys():
            self.differs.append("%s is %s: %s" % (
                ufid, "not told" if ufid in self.flows else "told and gone",
                self.flows.get(ufid) or self.told.get(ufid)))
        for ufid in self.flows.keys() & self.told.keys():
            self.check_flow(ufid, self.flows[ufid], self.told[ufid])

    def check_flow(self, ufid, flow, said):
        mine = self.by_flow[half(ufid)]
        if plain(said["flow"].split(" actions:")[1]) != plain(flow.actions):
            self.differs.append("%s: %s, and told: %s" % (ufid, flow, said))
        if said["where"] not in ("in_hw", "tc"):
            if mine or not said["reasons"] or said["where"] != "datapath":
                self.differs.append("%s: %s, with the filters %s" % (
                    ufid, said, mine))
        elif not mine or mine[0].in_hw != (said["where"] == "in_hw"):
            self.differs.append("%s: %s, and tc: %s" % (ufid, said, mine))

    def check_filters(self):
        by_half = {half(ufid): flow for ufid, flow in self.flows.items()}
        for key, filters in self.by_flow.items():
            if len(filters) > 1:
                self.differs.append("twice: %s" % filters)
            for f in filters:
                flow = by_half.get(key)
                if not flow:
                    self.differs.append("of no flow: %s" % f.all)
                elif (flow.dev, plain(flow.actions)) != (f.dev, f.actions):
                    self.differs.append("%s, and tc: %s" % (flow, f))

    def check_hardware(self):
        n = sum(f.in_hw for f in self.filters)
        if n != self.rules:
            self.differs.append("hardware has %d rules, tc says %d" % (
                self.rules, n))

    def others(self):
        """Filters that nobody mirrors, for comparison."""
        return sorted(json.dumps([f.dev, f.all], sort_keys=True)
                      for f in self.filters if f.whose != MIRRORED)


def agree(seconds, at_least=0, began=None):
    """The last Truth, and since when it agrees: from when it began to the
    beginning of the first look that found it so, for a look takes half a
    second. It is looked at for a time."""
    began, since = began or time.monotonic(), None
    while True:
        at = time.monotonic() - began
        truth = Truth()
        if truth.differs:
            since = None
        elif since is None:
            since = at
        if at > seconds or (since is not None and at >= at_least):
            return truth, at if since is None else since


if __name__ == "__main__":
    truth, took = agree(float(sys.argv[1]))
    print("# %d flows, %d rules in hardware, agreed after %.2f s" % (
        len(truth.flows), truth.rules, took))
    for text in truth.differs:
        print("# " + text)
    sys.exit(bool(truth.differs))
