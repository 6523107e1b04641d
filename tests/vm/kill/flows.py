# SPDX-License-Identifier: GPL-2.0-or-later
"""Flows: the places where they can be, what they do, and both in words."""
import collections
import re

PORTS = ["eth1", "eth2", "eth3", "eth4"]
PLAIN = "plain0"                # no driver takes rules of this one
DEVS = PORTS + [PLAIN]

# What a flow is, beside its key; ufid None: derived from the key.
Flow = collections.namedtuple("Flow", "actions policy weight ufid")
POLICIES = {"best-effort": None, "hw-only": "skip_sw", "sw-only": "skip_hw"}

# {n} is the number of a key within its family. Without odp it is said in the
# words of tc; rules of others are in prio 7 too.
Family = collections.namedtuple("Family", "name count hook chain prio odp words")
FAMILIES = [
    Family("ip", 12, "ingress", 0, 16384,
           "eth_type(0x0800),ipv4(dst=192.0.2.{n})", "dst_ip 192.0.2.{n}"),
    Family("udp", 8, "ingress", 0, 16384,
           "eth_type(0x0800),ipv4(src=10.1.0.{n},proto=17)",
           "src_ip 10.1.0.{n} ip_proto udp"),
    Family("tc", 6, "ingress", 0, 7, None, "dst_ip 198.51.100.{n}"),
    Family("egress", 3, "egress", 0, 7, None, "dst_ip 198.51.100.{n}"),
    Family("chain1", 4, "ingress", 1, 16384,
           "eth_type(0x0800),ipv4(dst=192.0.2.{n})", "dst_ip 192.0.2.{n}"),
]


class Key:
    """Where a flow is and what it matches."""

    def __init__(self, family, dev, n):
        self.dev, self.hook, self.chain, self.prio = \
            dev, family.hook, family.chain, family.prio
        self.text = "%s/%s/%d" % (dev, family.name, n)
        self.words = family.words.format(n=n)
        self.odp = family.odp and "recirc_id(%d),in_port(%s),%s" % (
            self.chain, dev, family.odp.format(n=n))
        self.tc = "dev %s %s protocol ip prio %d flower %s" % (
            dev, self.hook, self.prio, self.words)

    def ident(self):
        return self.dev, self.hook, self.chain, self.prio, self.words

    def __repr__(self):
        return self.text

    def name(self):
        return self.odp + ",actions:drop" if self.odp else self.tc

    def line(self, actions, ufid=None):
        """The flow as flow.add and flow.load take it."""
        if self.odp:
            return "%s%s,actions:%s" % ("ufid:%s," % ufid if ufid else "",
                                        self.odp, odp_actions(actions))
        return "%s action %s" % (self.tc, tc_actions(actions))


def all_keys():
    return [Key(f, dev, n + 1) for dev in DEVS for f in FAMILIES
            for n in range(f.count)]


# Actions are ("drop",), ("to", DEV, ...), ("vlan", ID, DEV), ("goto", CHAIN).

def odp_actions(actions):
    kind, *to = actions
    if kind == "goto":
        return "recirc(%d)" % to[0]
    if kind == "vlan":
        return "push_vlan(vid=%d,pcp=1),%s" % tuple(to)
    return ",".join(to) or "drop"


def tc_actions(actions):
    kind, *to = actions
    if kind == "drop":
        return "drop"
    if kind == "goto":
        return "goto chain %d" % to[0]
    if kind == "vlan":
        return ("vlan push id %d protocol 802.1Q priority 1 pipe action "
                "mirred egress redirect dev %s" % tuple(to))
    mirrors = ["mirred egress mirror dev %s pipe action " % t for t in to[:-1]]
    return "".join(mirrors) + "mirred egress redirect dev " + to[-1]


_shown = re.compile(
    r"dev (\S+) (ingress|egress) protocol ip prio (\d+) handle 0x\w+"
    r"(?: chain (\d+))? flower (.*?)(?: skip_sw| skip_hw)? action (.*)")


def parse_shown(text):
    """Of a flow's line in the words of tc: ident of its key, its actions."""
    dev, hook, prio, chain, words, actions = _shown.fullmatch(text).groups()
    return (dev, hook, int(chain or 0), int(prio), words), actions
