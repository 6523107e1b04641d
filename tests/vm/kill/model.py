# SPDX-License-Identifier: GPL-2.0-or-later
"""What the table may be: of each key what was acknowledged last, and what is
under way. Of what is under way all or nothing may have been done."""
import time

from flows import Flow, all_keys

USUAL = dict(pin=False, weight=1, idle=0, hard=0)
# A flow that timed out is noticed when counters are read.
EARLY, LATE = 0.3, 6.0


class Op:
    """A change that was asked for. effects: what becomes of the flow of a
    key, None being none. A joint one is done to all of its keys or to none."""

    def __init__(self, what, effects, joint=False):
        self.what, self.effects, self.joint = what, effects, joint
        self.sent = time.monotonic()


def adds(actions, policy, ufid, attrs):
    def effect(flow):
        old = flow._asdict() if flow else dict(USUAL, ufid=None)
        old.update(attrs, actions=actions, policy=policy)
        if ufid:
            old["ufid"] = ufid
        return Flow(**old)
    return effect


def deletes(flow):
    return None


def sets(attrs):
    return lambda flow: flow and flow._replace(**attrs)


class Entry:
    def __init__(self, key):
        self.key = key
        self.known = {None}     # one of these; mostly there is but one
        self.pending = []
        self.born = self.put = 0
        self.derived = None     # the ufid, when it has been seen
        self.frames = 0         # sent since it was put
        self.shown = 0          # packets, when last seen
        self.anew = False       # it may have been put anew since
        self.touched = True     # something was asked for since
        self.index = None       # of its actions, when last seen

    def may_be_over(self, now):
        return any(f and f.hard and now > self.born + f.hard - EARLY
                   for f in self.levels()[0])

    def must_be_over(self, flow, now):
        return flow.hard and now > self.put + flow.hard + LATE

    def levels(self):
        """Sets of what it may be, after no, one, two … of what is pending."""
        levels = [set(self.known)]
        for op in self.pending:
            levels.append({op.effects[self.key](f) for f in levels[-1]})
        return levels

    def outcomes(self, now):
        levels = self.levels()
        found = set().union(*levels)
        if self.may_be_over(now):
            found.add(None)
            found.update(op.effects[self.key](None) for op in self.pending)
        return found

    def projected(self):
        """What it will be; only while that is known for sure."""
        last = self.levels()[-1]
        return next(iter(last)) if len(last) == 1 else None

    def is_sure(self):
        return len(self.known) == 1

    def push(self, op):
        self.pending.append(op)
        self.touched = True
        if None in self.levels()[-2]:
            self.anew = True
            if len(self.pending) == 1:
                self.born = op.sent
        self.put = op.sent

    def acknowledge(self, op):
        if op not in self.pending:
            return
        n = self.pending.index(op) + 1
        levels = self.levels()
        over = self.may_be_over(time.monotonic())
        if any(None in level for level in levels[:n]):
            self.frames = self.shown = 0
        if levels[0] == {None} and levels[n] != {None}:
            self.born = op.sent
        self.known = levels[n] | ({None} if over else set())
        del self.pending[:n]
        self.put = time.monotonic()
        self.anew = any(None in level for level in self.levels()[:-1])

    def forget(self, op):
        """It was answered with an error and has done nothing."""
        if op in self.pending:
            self.pending.remove(op)


class Model:
    def __init__(self):
        self.entries = {key: Entry(key) for key in all_keys()}
        self.by_ident = {key.ident: self.entries[key] for key in self.entries}

    def push(self, op):
        for key in op.effects:
            self.entries[key].push(op)
        return op

    def acknowledge(self, op):
        moved = op.joint and op in self.entries[next(iter(op.effects))].pending
        if moved:
            old, new = (self.entries[key] for key in op.effects)
            frames, shown = old.frames, old.shown
        for key in op.effects:
            self.entries[key].acknowledge(op)
        if moved:
            new.frames += frames
            new.shown += shown

    def forget(self, op):
        for key in op.effects:
            self.entries[key].forget(op)

    def is_overtaken(self, op):
        """Is something else under way for each of its keys?"""
        return all(self.entries[k].pending[-1:] != [op] for k in op.effects)

    def free(self, key):
        """Is nothing under way that must not be mixed with more?"""
        return not any(op.joint for op in self.entries[key].pending)

    def joint_ops(self):
        ops = []
        for e in self.entries.values():
            ops += [op for op in e.pending if op.joint and op not in ops]
        return ops
