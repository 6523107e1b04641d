# SPDX-License-Identifier: GPL-2.0-or-later
"""Filters, as tc shows them."""
import json
import subprocess

MAGIC = "73776f66"
HOOKS = ["ingress", "egress"]


def run(*words, check=True, **more):
    return subprocess.run(words, check=check, capture_output=True, text=True,
                          **more)


class Dumper:
    """One tc for all dumps: to start one takes longer than ten dumps. It
    remembers which netdev is which, so there is a new one when they change."""

    def __init__(self):
        self.tc = None

    def forget(self):
        if self.tc:
            self.tc.kill()
            self.tc.wait()
        self.tc = None

    def dump(self, devs):
        """{(dev, hook): [filter, ...]}"""
        if not self.tc:
            self.tc = subprocess.Popen(
                ["stdbuf", "-oL", "tc", "-j", "-force", "-batch", "-"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, text=True)
        places = [(dev, hook) for dev in devs for hook in HOOKS]
        for place in places:
            self.tc.stdin.write("filter show dev %s %s\n" % place)
        self.tc.stdin.flush()
        # Each prio is told once without options, too.
        return {place: [f for f in json.loads(self.tc.stdout.readline())
                        if "options" in f] for place in places}


def actions_of(f):
    return f["options"].get("actions", [])


def cookie(f):
    return actions_of(f)[0].get("cookie", "") if actions_of(f) else ""


def is_ours(f):
    return cookie(f).startswith(MAGIC)


def flow_id(f):
    """The first half of the ufid."""
    return cookie(f)[16:]


def indexes(f):
    """By these one knows whether it was put anew."""
    return tuple((a["kind"], a["index"]) for a in actions_of(f))


def _words(a):
    if a["kind"] == "mirred":
        return "mirred egress %s dev %s" % (a["mirred_action"], a["to_dev"])
    if a["kind"] == "vlan":
        return "vlan push id %d protocol %s priority %d" % (
            a["id"], a["protocol"], a["priority"])
    if a["control_action"]["type"] == "goto":
        return "goto chain %d" % a["control_action"]["chain"]
    return a["control_action"]["type"]


def words(f):
    """Its actions, as flows.tc_actions() says them."""
    return " pipe action ".join(_words(a) for a in actions_of(f))


def keys(f):
    k = f["options"]["keys"]
    return " ".join("%s %s" % (name, k[name])
                    for name in ("src_ip", "dst_ip", "ip_proto") if name in k)


def flag(f):
    for name in "skip_sw", "skip_hw":
        if f["options"].get(name):
            return name
    return None
