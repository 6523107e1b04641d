# SPDX-License-Identifier: GPL-2.0-or-later
"""The device with its netdevs, rules of others on them, the daemon, and what
can happen to all of these."""
import os
import signal
import subprocess

import tc
from flows import DEVS, PLAIN, PORTS

HANDLE = "netdevsim/netdevsim10"
BUS = "/sys/bus/netdevsim/"
HW = "/sys/kernel/debug/netdevsim/netdevsim10/hw/"
STATE = "/run/swoffd.state"
LOG = "/tmp/swoffd.log"

# On each netdev; the second is in a prio of ours and has the match of one of
# our flows, the third is in a prio, the fourth in a chain of ours.
FOREIGN = [
    "protocol ip prio 3 flower dst_ip 192.168.1.0/24 action pass",
    "protocol ip prio 7 handle 0x70001 flower skip_hw "
    "dst_ip 198.51.100.1 action pass",
    "protocol ip prio 16384 handle 0x70002 flower "
    "dst_ip 192.168.3.1 action drop",
    "protocol ip prio 16384 chain 1 handle 0x70003 flower skip_hw "
    "dst_ip 192.168.4.1 action pass",
    "prio 50000 matchall skip_hw action continue",
]


def write(path, text):
    with open(path, "w") as f:
        f.write(text)


class World:
    def __init__(self):
        self.daemon = None
        self.tc = tc.Dumper()
        self.there = set()      # netdevs that flows can be on
        self.foreign = {}       # (dev, hook): filters as they were shown
        self.log = open(LOG, "w")

    def start(self):
        self.daemon = subprocess.Popen(
            ["swoffd", "--log-level", "info", "--state", STATE],
            stderr=self.log, stdin=subprocess.DEVNULL)

    def kill(self):
        """Its status: what it died of."""
        self.daemon.send_signal(signal.SIGKILL)
        return self.daemon.wait()

    def said(self, lines):
        with open(LOG) as f:
            return [line for line in f if "info: flow." not in line][-lines:]

    def set_up(self):
        write("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1")
        tc.run("ip", "link", "add", PLAIN, "up", "type", "dummy")
        write(BUS + "new_device", "10 1")
        self.make_ports()

    def make_ports(self):
        write(BUS + "devices/netdevsim10/sriov_numvfs", "4")
        self.set_mode("switchdev")

    def set_mode(self, mode):
        tc.run("devlink", "dev", "eswitch", "set", HANDLE, "mode", mode)
        if mode == "switchdev":
            tc.run("ip", "-batch", "-", input="".join(
                "link set %s up\n" % dev for dev in ["eth0"] + PORTS))
            self.there = set(DEVS)
        else:
            self.there = {PLAIN}
        self.tc.forget()

    def add_foreign(self, devs):
        """Also puts clsact there, if the daemon has not yet."""
        lines = ["qdisc add dev %s clsact" % dev for dev in devs]
        lines += ["filter add dev %s ingress %s" % (dev, rule)
                  for dev in devs for rule in FOREIGN]
        tc.run("tc", "-force", "-batch", "-", input="\n".join(lines) + "\n",
               check=False)
        for place, filters in self.tc.dump(devs).items():
            self.foreign[place] = [f for f in filters if not tc.is_ours(f)]
            # One with the match of a flow of ours may come too late.
            if place[1] == "ingress" and \
                    len(self.foreign[place]) < len(FOREIGN) - 1:
                raise RuntimeError("no rules of others on %s" % place[0])

    def dump(self):
        return self.tc.dump(sorted(self.there))


class Trouble:
    """Something that happens to the world and is made good later."""
    refuses = False             # are flows refused meanwhile?

    def __init__(self, world, random):
        self.world, self.random = world, random


class Capacity(Trouble):
    name = "the hardware has little room"

    def begin(self):
        write(HW + "capacity", str(self.random.randint(5, 60)))

    def end(self):
        write(HW + "capacity", "0")


class Unsupported(Trouble):
    name = "the hardware refuses keys and actions"

    def begin(self):
        write(HW + "unsupported", " ".join(self.random.sample(
            ["ipv4", "vlan_push", "mirror", "goto"], 2)))

    def end(self):
        write(HW + "unsupported", "none")


class Legacy(Trouble):
    name = "the representors are gone"
    refuses = True

    def begin(self):
        self.world.set_mode("legacy")

    def end(self):
        self.world.set_mode("switchdev")
        self.world.add_foreign(PORTS)


class Unplug(Trouble):
    name = "the device is gone"
    refuses = True

    def begin(self):
        write(BUS + "del_device", "10")
        self.world.there = {PLAIN}
        self.world.tc.forget()

    def end(self):
        write(BUS + "new_device", "10 1")
        self.world.make_ports()
        self.world.add_foreign(PORTS)


class Qdisc(Trouble):
    name = "a qdisc is deleted"

    def begin(self):
        self.dev = self.random.choice(sorted(self.world.there))
        tc.run("tc", "qdisc", "del", "dev", self.dev, "clsact")
        for hook in tc.HOOKS:
            self.world.foreign[self.dev, hook] = []

    def end(self):
        self.world.add_foreign([self.dev])


class Deleted(Trouble):
    name = "rules are deleted"

    def begin(self):
        found = [(place, f) for place, filters in self.world.dump().items()
                 for f in filters if tc.is_ours(f)]
        for (dev, hook), f in self.random.sample(found, min(3, len(found))):
            tc.run("tc", "filter", "del", "dev", dev, hook, "chain",
                   str(f["chain"]), "protocol", f["protocol"], "prio",
                   str(f["pref"]), "handle", hex(f["options"]["handle"]),
                   "flower", check=False)

    def end(self):
        pass


TROUBLES = [Capacity, Unsupported, Legacy, Unplug, Qdisc, Deleted]
