# SPDX-License-Identifier: GPL-2.0-or-later
"""What the kernel tells of datapath flows and of filters of mirrored flows, with
the time when it did: who reads is to run before everybody else, so that this is
when the system call that was the cause of it ended."""
import collections
import os
import select
import socket
import struct
import time

ROUTE, GENERIC = 0, 16
ADD_MEMBERSHIP, SOL_NETLINK, SO_RCVBUFFORCE = 1, 270, 33
GENL_CTRL, GETFAMILY = 16, 3
FAMILY_NAME, MCAST_GROUPS, GROUP_NAME, GROUP_ID = 2, 7, 1, 2
FLOW_NEW, FLOW_DEL, FLOW_SET, FLOW_UFID = 1, 2, 4, 9
RTNLGRP_TC, NEWTFILTER, DELTFILTER = 4, 44, 45
TCA_OPTIONS, FLOWER_ACT, FLOWER_FLAGS, ACT_COOKIE = 2, 3, 22, 6
IN_HW = 4
MIRRORED = b"swom"

# what: "flow", "changed", "gone" of a datapath; "put", "deleted" of a filter of
# mirror mode, "own" of one that Open vSwitch itself has put. flow: the first half
# of its ufid, in hex.
Event = collections.namedtuple("Event", "time what flow in_hw")


def attrs(data):
    """(type, payload) of each."""
    while len(data) >= 4:
        size, kind = struct.unpack_from("=HH", data)
        yield kind & 0x3fff, data[4:size]
        data = data[(size + 3) & ~3:]


def messages(data):
    while len(data) >= 16:
        size, kind = struct.unpack_from("=IH", data)
        yield kind, data[16:size]
        data = data[(size + 3) & ~3:]


def attr(kind, payload):
    data = struct.pack("=HH", 4 + len(payload), kind) + payload
    return data + bytes(-len(data) % 4)


def connect(protocol):
    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol)
    s.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 16 << 20)
    s.bind((0, 0))
    return s


def flow_group(s):
    """The family's number, and that of its group."""
    body = struct.pack("=BBH", GETFAMILY, 1, 0) + attr(FAMILY_NAME,
                                                       b"ovs_flow\0")
    s.send(struct.pack("=IHHII", 16 + len(body), GENL_CTRL, 1, 1, 0) + body)
    (_, answer), = messages(s.recv(65536))
    found = dict(attrs(answer[4:]))
    group = dict(attrs(dict(attrs(found[MCAST_GROUPS]))[1]))
    return struct.unpack("=I", group[GROUP_ID])[0]


def ordinary():
    """Whoever calls this runs like others again."""
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


def of_flow(now, data):
    what = {FLOW_NEW: "flow", FLOW_SET: "changed", FLOW_DEL: "gone"}[data[0]]
    # A generic header, and the datapath's ifindex.
    ufid = dict(attrs(data[8:]))[FLOW_UFID]
    # It is printed word by word.
    return Event(now, what, "%08x%08x" % struct.unpack_from("=II", ufid),
                 None)


def of_filter(now, kind, data):
    """None: of somebody else."""
    options = dict(attrs(dict(attrs(data[20:])).get(TCA_OPTIONS, b"")))
    flags, = struct.unpack("=I", options.get(FLOWER_FLAGS, bytes(4)))
    for _, action in attrs(options.get(FLOWER_ACT, b"")):
        cookie = dict(attrs(action)).get(ACT_COOKIE, b"")
        if cookie.startswith(MIRRORED):
            return Event(now, "put" if kind == NEWTFILTER else "deleted",
                         cookie[8:16].hex(), bool(flags & IN_HW))
        if len(cookie) == 16 and kind == NEWTFILTER:
            return Event(now, "own", cookie[:8].hex(), bool(flags & IN_HW))
    return None


class Watch:
    def __init__(self):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
        self.flows, self.filters = connect(GENERIC), connect(ROUTE)
        self.flows.setsockopt(SOL_NETLINK, ADD_MEMBERSHIP,
                              flow_group(self.flows))
        self.filters.setsockopt(SOL_NETLINK, ADD_MEMBERSHIP, RTNLGRP_TC)

    def poll(self, seconds):
        """Events that have come by now, or come first; None: the time is
        over."""
        ready = select.select([self.flows, self.filters], [], [], seconds)[0]
        if not ready:
            return None
        now, events = time.monotonic(), []
        for s in ready:
            for kind, data in messages(s.recv(1 << 20)):
                events.append(of_flow(now, data) if s is self.flows else
                              of_filter(now, kind, data))
        return [e for e in events if e]
