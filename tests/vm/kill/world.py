# SPDX-License-Identifier: GPL-2.0-or-later
"""The device with its netdevs, rules of others on them, the daemon, and what
can happen to all of these."""
import os
import signal
import subprocess
import time

import rpc
import tc
from flows import DEVS, PLAIN, PORTS

HANDLE = "netdevsim/netdevsim10"
BUS = "/sys/bus/netdevsim/"
HW = "/sys/kernel/debug/netdevsim/netdevsim10/hw/"
STATE_DIR = "/run/state"
STATE = STATE_DIR + "/swoffd.state"
LOG = "/tmp/swoffd.log"

# On each netdev; the second and the third are in prios of ours, the last but
# one has the match of one of our flows, the last is in a chain of ours.
FOREIGN = [
    "protocol ip prio 3 flower dst_ip 192.168.1.0/24 action pass",
    "protocol ip prio 7 handle 0x70001 flower skip_hw "
    "dst_ip 192.168.2.1 action drop",
    "protocol ip prio 16384 handle 0x70002 flower "
    "dst_ip 192.168.3.1 action drop",
    "prio 50000 matchall skip_hw action continue",
    "protocol ip prio 7 handle 0x70003 flower skip_hw "
    "dst_ip 198.51.100.1 action pass",
    "protocol ip prio 16384 chain 1 handle 0x70004 flower skip_hw "
    "dst_ip 192.168.4.1 action pass",
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

    # The daemon.

    def start(self):
        self.daemon = subprocess.Popen(
            ["swoffd", "--log-level", "info", "--state", STATE],
            stderr=self.log, stdin=subprocess.DEVNULL)

    def kill(self):
        self.daemon.send_signal(signal.SIGKILL)
        status = self.daemon.wait()
        self.daemon = None
        return status

    def log_size(self):
        return os.path.getsize(LOG)

    def log_since(self, size):
        with open(LOG) as f:
            f.seek(size)
            return f.read()

    # Netdevs.

    def set_up(self):
        os.makedirs(STATE_DIR)
        tc.run("mount", "-t", "tmpfs", "-o", "size=1M", "none", STATE_DIR)
        write("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1")
        tc.run("ip", "link", "add", PLAIN, "up", "type", "dummy")
        write(BUS + "new_device", "10 1")
        self.make_ports()
        self.add_foreign(DEVS)

    def make_ports(self):
        write(BUS + "devices/netdevsim10/sriov_numvfs", "4")
        self.set_mode("switchdev")

    def set_mode(self, mode):
        tc.run("devlink", "dev", "eswitch", "set", HANDLE, "mode", mode)
        self.tc.forget()
        if mode == "switchdev":
            tc.run("ip", "-batch", "-", input="".join(
                "link set %s up\n" % dev for dev in ["eth0"] + PORTS))
            self.there = set(DEVS)
        else:
            self.ports_gone()

    def ports_gone(self):
        self.there = {PLAIN}
        for place in list(self.foreign):
            if place[0] != PLAIN:
                del self.foreign[place]

    def add_foreign(self, devs):
        """Also puts clsact there, if the daemon has not yet."""
        lines = ["qdisc add dev %s clsact" % dev for dev in devs]
        lines += ["filter add dev %s ingress %s" % (dev, rule)
                  for dev in devs for rule in FOREIGN]
        tc.run("tc", "-force", "-batch", "-", input="\n".join(lines) + "\n",
               check=False)
        for place, filters in self.tc.dump(devs).items():
            self.foreign[place] = [f for f in filters if not tc.is_ours(f)]

    def expected_foreign(self):
        return sum(len(filters) for filters in self.foreign.values())

    def inject(self, dev, frame, count):
        write(HW + "inject", "%d %d %s" % (128 + PORTS.index(dev), count,
                                           frame))


def frame(src, dst):
    """UDP to port 53 in IPv4 in Ethernet."""
    def address(text):
        return bytes(int(x) for x in text.split("."))
    head = bytearray.fromhex("4500001c000100004011") + b"\0\0"
    head += address(src) + address(dst)
    total = sum(int.from_bytes(head[i:i + 2], "big")
                for i in range(0, 20, 2))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    head[10:12] = (total ^ 0xffff).to_bytes(2, "big")
    return ("020000000002" "020000000001" "0800" + head.hex() +
            "0400" "0035" "0008" "0000")


def wait_until(condition, patience, step=0.02):
    until = time.monotonic() + patience
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(step)
    return True


class Trouble:
    """Something that happens to the world and is made good later."""

    def __init__(self, world, model, random):
        self.world, self.model, self.random = world, model, random

    def begin(self):
        pass

    def end(self):
        pass


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
            ["ipv6", "ports", "arp", "vlan_push", "mirror", "goto"], 3)))

    def end(self):
        write(HW + "unsupported", "none")


class Legacy(Trouble):
    name = "the representors are gone"

    def begin(self):
        self.world.set_mode("legacy")

    def end(self):
        self.world.set_mode("switchdev")
        self.world.add_foreign(PORTS)


class Unplug(Trouble):
    name = "the device is gone"

    def begin(self):
        write(BUS + "del_device", "10")
        self.world.tc.forget()
        self.world.ports_gone()

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


def ours(world):
    return [(place, f) for place, filters in
            sorted(world.tc.dump(sorted(world.there)).items())
            for f in filters if tc.is_ours(f)]


def words(place, f):
    o = f["options"]
    return ["dev", *place, "chain", str(f["chain"]), "protocol",
            f["protocol"], "prio", str(f["pref"]), "handle", hex(o["handle"]),
            "flower"]


class Deleted(Trouble):
    name = "rules are deleted"

    def begin(self):
        found = ours(self.world)
        for place, f in self.random.sample(found, min(3, len(found))):
            tc.run("tc", "filter", "del", *words(place, f), check=False)


class Taken(Trouble):
    """The rule of a flow is replaced by one of somebody else, and that stays
    for a while."""
    name = "a rule gets another owner"

    def begin(self):
        self.found = None
        found = [x for x in ours(self.world) if x[1]["protocol"] == "ip"
                 and x[1]["chain"] == 0]
        if not found:
            return
        place, f = self.random.choice(found)
        self.found = words(place, f)
        tc.run("tc", "filter", "replace", *self.found, "skip_hw",
               "dst_ip", "192.168.99.99", "action", "continue", check=False)
        self.note(place)

    def note(self, place):
        self.world.foreign[place] = [
            f for f in self.world.tc.dump([place[0]])[place]
            if not tc.is_ours(f)]

    def end(self):
        if self.found:
            tc.run("tc", "filter", "del", *self.found, check=False)
            self.note((self.found[1], self.found[2]))


class Full(Trouble):
    """Nothing is kept meanwhile, so no kill comes before the end."""
    name = "the state cannot be written"
    no_kill = True

    def begin(self):
        self.size = self.world.log_size()
        with open(STATE_DIR + "/filler", "wb", buffering=0) as f:
            try:
                while True:
                    f.write(b"\0" * 4096)
            except OSError:
                pass

    def end(self):
        os.unlink(STATE_DIR + "/filler")
        said = self.world.log_since(self.size)
        if "changes are not kept" in said:
            wait_until(lambda: "it can be written again" in
                       self.world.log_since(self.size), 5)


TROUBLES = [Capacity, Unsupported, Legacy, Unplug, Qdisc, Deleted, Taken, Full]
