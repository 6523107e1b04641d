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
        """{(dev, hook): [filter …]}, a dump a device and hook."""
        if not self.tc:
            self.tc = subprocess.Popen(
                ["stdbuf", "-oL", "tc", "-j", "-force", "-batch", "-"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, text=True)
        places = [(dev, hook) for dev in devs for hook in HOOKS]
        for place in places:
            self.tc.stdin.write("filter show dev %s %s\n" % place)
        self.tc.stdin.flush()
        found = {}
        for place in places:
            filters = json.loads(self.tc.stdout.readline())
            # Each prio is told once without options, too.
            found[place] = [f for f in filters if "options" in f]
        return found


def actions_of(f):
    return f["options"].get("actions", [])


def cookie(f):
    actions = actions_of(f)
    return actions[0].get("cookie", "") if actions else ""


def is_ours(f):
    return cookie(f).startswith(MAGIC)


def flow_id(f):
    """The first half of the ufid."""
    return cookie(f)[16:]


def place(dev, hook, f):
    return (dev, hook, f["chain"], f["pref"], f["options"]["handle"])


def indexes(f):
    """By these one knows whether it was put anew."""
    return tuple((a["kind"], a["index"]) for a in actions_of(f))


def _summary(a):
    if a["kind"] == "mirred":
        return "%s %s" % (a["mirred_action"], a["to_dev"])
    if a["kind"] == "vlan":
        return "vlan %s %s" % (a["vlan_action"], a.get("id"))
    if a["kind"] == "gact" and a["control_action"]["type"] == "goto":
        return "goto %d" % a["control_action"]["chain"]
    if a["kind"] == "gact":
        return a["control_action"]["type"]
    return a["kind"]


def summary(f):
    return tuple(_summary(a) for a in actions_of(f))


def keys(f):
    return {k: v for k, v in f["options"]["keys"].items() if k != "eth_type"}


def flag(f):
    for name in "skip_sw", "skip_hw":
        if f["options"].get(name):
            return name
    return None
