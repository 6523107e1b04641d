#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""One client that asks for changes at random, of which many are refused.

        client.py SEED SECONDS

Prints what became of it, as JSON: {asked, slowest_s, done: {method: count},
refused: {message: count}, bad: [text]}.  Bad is an answer that is neither a
result nor a clear refusal, and one that does not come.
"""
import collections
import json
import random
import re
import sys
import time

from rpc import Peer

DEVICE = "netdevsim/netdevsim10"
MAX_VFS = 4
PATIENCE = 30           # of a request; the longest way back takes less
MAX_TOLD = 8

# What can be in the way of a request, and what is wrong with one that cannot be
# done: it is said of what. Anything else is news.
HERE = r"^netdevsim/netdevsim10"
BUSY = [re.compile(pattern) for pattern in (
    HERE + ": another change is under way",
)]
REFUSALS = [re.compile(pattern) for pattern in (
    HERE + r": no VF \d, as there are no VFs; `swctl vf count` makes some$",
    HERE + r": no VF \d; there are 0 to \d$",
    HERE + ": 5 VFs are more than the 4 it can have$",
    HERE + r": set sriov_numvfs from \d to \d: Device or resource busy; the "
    "number can only change by way of 0: set 0 first$",
    r"^step 1 of 2 \(set mode legacy\): .*Rate node\(s\) exists\.; it has "
    "been put back as it was$",
    HERE + r": VF \d: \w+ \S+: it has no devlink port; in switchdev mode there "
    "is one$",
    HERE + r": VF \d: state active: .*Function does not support state setting$",
    HERE + r": VF \d: hw_addr \S+: .*Port doesn't support function attributes$",
    HERE + r": VF \d: max_tx_rate \d+: .*less than min_tx_rate$",
    HERE + r": VF \d: roce enable: .*; this kernel has no such attribute$",
    HERE + r"(: VF \d|/\w+): tx_share 10Kbit: .*TX rate value not in link speed "
    "units of 1Mbps",
    HERE + r"/\w+: tx_max 6Gbit: .*TX rate value exceed link maximum speed",
    HERE + r"/\w+: tx_priority 3: .*; this kernel has no such attribute$",
    HERE + r"/\w+: parent \w+: .*; there is no such node$",
    HERE + r"/n\d: parent n\d: .*Parent to self is not allowed$",
    HERE + r"/n\d: parent n\d: .*Node is already a parent of parent node",
    HERE + r"/\w+: no such rate; ",
    HERE + r"/\d+: a leaf comes and goes with its port; ",
    r"^no devlink port \d+; the name of a node is not a number$",
    HERE + r": add rate n\d: File exists$",
    HERE + r": add rate n\d: .*Node creation allowed only in switchdev mode",
    HERE + r": delete rate n\d: No such device$",
    HERE + r": delete rate n\d: .*Node has children",
)]
WRONG = re.compile(r"^(attrs|mode): .{10}")
ATTRS = [
    "mac 02:00:00:00:00:%02x", "vlan %d", "vlan %d qos 3 proto 802.1ad",
    "trust on", "trust off", "spoofchk on", "spoofchk off", "query_rss on",
    "state auto", "state enable", "state disable",
    "max_tx_rate %d", "min_tx_rate 0", "trust on vlan %d spoofchk off",
    "tx_share 10mbit", "tx_max %dmbit", "noparent",
]
WRONG_ATTRS = [
    "mac 01:00:00:00:00:01", "mac 00:00:00:00:00:00", "qos 3", "vlan 5000",
    "trust off roce enable", "vlan 9 hw_addr 02:00:00:00:00:05",
    "trust off tx_share 10kbit", "spoofchk maybe", "state active", "trusty on",
]
NODES = ["n1", "n2", "n3"]
RATE_ATTRS = ["tx_share 10mbit", "tx_max %dmbit", "noparent", "parent n1",
              "parent n2", "tx_share 20mbit tx_max 500mbit"]
WRONG_RATE_ATTRS = ["tx_share 10kbit", "tx_max 6gbit", "parent nosuch",
                    "tx_share fast", "tx_share 5mbit tx_priority 3"]
READS = [("vf.list", {"device": DEVICE}), ("rate.list", {"device": DEVICE}),
         ("device.show", {"device": DEVICE}), ("rep.list", {}),
         ("eswitch.show", {"device": DEVICE}), ("vf.count", {})]


class Client:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.peer = Peer()
        self.asked, self.slowest = 0, 0.0
        self.done, self.refused = collections.Counter(), collections.Counter()
        self.bad = []

    def words(self, right, wrong):
        words = self.random.choice(wrong if self.random.random() < 0.15
                                   else right)
        return words % self.random.randint(1, 99) if "%" in words else words

    def rate(self):
        return "%s/%s" % (DEVICE, self.random.choice(
            NODES + [128 + self.random.randint(0, MAX_VFS)]))

    def set_mode(self):
        mode = self.random.choice(["legacy", "switchdev"] * 6 + ["sideways"])
        return "eswitch.set", {"device": DEVICE, "mode": mode}

    def set_count(self):
        count = self.random.choice([0] * 4 + [1, 2, 3] + [MAX_VFS] * 4 +
                                   [MAX_VFS + 1])
        return "vf.set_count", {"device": DEVICE, "count": count}

    def set_vf(self):
        return "vf.set", {"device": DEVICE,
                          "vf": self.random.randint(0, MAX_VFS),
                          "attrs": self.words(ATTRS, WRONG_ATTRS)}

    def set_rate(self):
        return "rate.set", {"rate": self.rate(),
                            "attrs": self.words(RATE_ATTRS, WRONG_RATE_ATTRS)}

    def add_rate(self):
        return "rate.add", {"rate": self.rate()}

    def del_rate(self):
        return "rate.del", {"rate": self.rate()}

    def read(self):
        return self.random.choice(READS)

    def request(self):
        return self.random.choices(
            [self.set_mode, self.set_count, self.set_vf, self.set_rate,
             self.add_rate, self.del_rate, self.read],
            [10, 8, 20, 12, 4, 8, 5])[0]()

    def complain(self, request, text):
        if len(self.bad) < MAX_TOLD:
            self.bad.append("%s %s: %s" % (*request, text))

    def judge(self, request, answer):
        if "result" in answer:
            self.done[request[0]] += 1
            return
        error = answer["error"]
        text = error["message"]
        if any(p.search(text) for p in BUSY):
            self.refused["another change is under way"] += 1
        else:
            self.refused[re.sub(r"\d+", "N", text)] += 1
        if error["code"] == -32602 and WRONG.search(text):
            return
        if error["code"] != -32000 or \
                not error.get("data", {}).get("errno_name") or \
                not any(p.search(text) for p in BUSY + REFUSALS):
            self.complain(request, json.dumps(error))

    def burst(self):
        """Some requests at once.  False: it cannot go on."""
        waiting = {}
        for _ in range(self.random.choice([1, 1, 1, 3])):
            request = self.request()
            waiting[self.peer.ask(*request)] = request
        self.asked += len(waiting)
        start = time.monotonic()
        until = start + PATIENCE
        while waiting and not self.peer.closed and time.monotonic() < until:
            for number, answer in self.peer.poll(1):
                self.judge(waiting.pop(number), answer)
                self.slowest = max(self.slowest, time.monotonic() - start)
        for request in waiting.values():
            self.complain(request, "no answer")
        return not waiting

    def run(self, seconds):
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.burst():
            pass
        json.dump({"asked": self.asked, "slowest_s": self.slowest,
                   "done": self.done, "refused": self.refused,
                   "bad": self.bad}, sys.stdout)


Client(int(sys.argv[1])).run(float(sys.argv[2]))
