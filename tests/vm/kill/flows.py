# SPDX-License-Identifier: GPL-2.0-or-later
"""Keys of flows, in the words of both languages and as tc shows them."""
import collections
import re

PORTS = ["eth1", "eth2", "eth3", "eth4"]
PLAIN = "plain0"
DEVS = PORTS + [PLAIN]

# What a flow is, beside its key; ufid None: derived.
Flow = collections.namedtuple("Flow", "actions policy ufid pin weight idle hard")

POLICIES = {"best-effort": None, "hw-only": "skip_sw", "sw-only": "skip_hw"}

# {n} is the number of a key within its family; odp None: it is said in the
# words of tc.
Family = collections.namedtuple(
    "Family", "name count hook chain prio protocol odp words keys frame")

FAMILIES = [
    Family("ip", 10, "ingress", 0, 16384, "ip",
           "eth_type(0x0800),ipv4(dst=192.0.2.{n})",
           "dst_ip 192.0.2.{n}", {"dst_ip": "192.0.2.{n}"},
           ("10.9.9.9", "192.0.2.{n}")),
    Family("udp", 8, "ingress", 0, 16384, "ip",
           "eth_type(0x0800),ipv4(src=10.1.0.{n},dst=203.0.113.1,proto=17,"
           "frag=no),udp(dst=53)",
           "src_ip 10.1.0.{n} dst_ip 203.0.113.1 ip_proto udp "
           "ip_flags nofrag dst_port 53",
           {"src_ip": "10.1.0.{n}", "dst_ip": "203.0.113.1",
            "ip_proto": "udp", "ip_flags": "nofrag", "dst_port": 53},
           ("10.1.0.{n}", "203.0.113.1")),
    Family("ip6", 4, "ingress", 0, 16385, "ipv6",
           "eth_type(0x86dd),ipv6(dst=2001:db8::{n})",
           "dst_ip 2001:db8::{n}", {"dst_ip": "2001:db8::{n}"}, None),
    Family("arp", 1, "ingress", 0, 16387, "arp",
           "eth_type(0x0806)", "", {}, None),
    # Foreign rules are in the same prio.
    Family("tc", 6, "ingress", 0, 7, "ip", None,
           "dst_ip 198.51.100.{n}", {"dst_ip": "198.51.100.{n}"},
           ("10.9.9.9", "198.51.100.{n}")),
    # No driver takes it.
    Family("egress", 3, "egress", 0, 7, "ip", None,
           "dst_ip 198.51.100.{n}", {"dst_ip": "198.51.100.{n}"}, None),
    Family("chain1", 5, "ingress", 1, 16384, "ip",
           "eth_type(0x0800),ipv4(dst=192.0.2.{n})",
           "dst_ip 192.0.2.{n}", {"dst_ip": "192.0.2.{n}"}, None),
    Family("chain2", 3, "ingress", 2, 16384, "ip",
           "eth_type(0x0800),ipv4(dst=192.0.2.{n})",
           "dst_ip 192.0.2.{n}", {"dst_ip": "192.0.2.{n}"}, None),
]
FAMILY = {f.name: f for f in FAMILIES}


def _fill(x, n):
    return x.format(n=n) if isinstance(x, str) else x


class Key:
    """Where a flow is and what it matches."""

    def __init__(self, family, dev, n):
        f = FAMILY[family]
        self.family, self.dev, self.n = f, dev, n
        self.hook, self.chain, self.prio = f.hook, f.chain, f.prio
        self.odp = None
        if f.odp:
            self.odp = "recirc_id({}),in_port({}),{}".format(
                f.chain, dev, _fill(f.odp, n))
        words = _fill(f.words, n)
        self.tc = "dev {} {} protocol {} prio {}{} flower{}".format(
            dev, f.hook, f.protocol, f.prio,
            " chain %d" % f.chain if f.chain else "",
            " " + words if words else "")
        self.ident = (dev, f.hook, f.chain, f.prio, f.protocol, words)
        self.keys = {k: _fill(v, n) for k, v in f.keys.items()}
        self.frame = f.frame and tuple(_fill(x, n) for x in f.frame)

    def __repr__(self):
        return "%s/%s/%d" % (self.dev, self.family.name, self.n)

    def name(self):
        return self.odp + ",actions:drop" if self.odp else self.tc

    def line(self, actions, ufid=None):
        """The flow as flow.add and flow.load take it."""
        if self.odp:
            return "%s%s,actions:%s" % ("ufid:%s," % ufid if ufid else "",
                                        self.odp, odp_actions(actions))
        return "%s action %s" % (self.tc, tc_actions(actions))


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


def kernel_actions(actions):
    """As tc.summary() makes of what tc shows."""
    kind, *to = actions
    if kind == "drop":
        return ("drop",)
    if kind == "goto":
        return ("goto %d" % to[0],)
    if kind == "vlan":
        return ("vlan push %d" % to[0], "redirect " + to[1])
    return tuple("mirror " + t for t in to[:-1]) + ("redirect " + to[-1],)


def targets(actions):
    return [x for x in actions[1:] if isinstance(x, str)]


_shown = re.compile(
    r"dev (\S+) (ingress|egress) protocol (\S+) prio (\d+) handle 0x(\w+)"
    r"(?: chain (\d+))? flower(?: (.*?))??(?: skip_sw| skip_hw)? action (.*)")


def parse_shown(text):
    """A flow's line of tc, as flow.show has it: ident and words of actions."""
    dev, hook, protocol, prio, _, chain, words, actions = \
        _shown.fullmatch(text).groups()
    return (dev, hook, int(chain or 0), int(prio), protocol,
            words or ""), actions


def all_keys():
    return [Key(f.name, dev, n + 1) for dev in DEVS for f in FAMILIES
            for n in range(f.count)]
