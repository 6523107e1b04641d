# SPDX-License-Identifier: GPL-2.0-or-later
"""What the table may be: of each key what was answered last, and what is under
way, of which all or nothing may have been done."""
from flows import Flow, all_keys


class Op:
    """A change that was asked for. effects: for each key, what becomes of its
    flow, None being none. A joint one is done to all of its keys or to none."""

    def __init__(self, what, effects, joint=False):
        self.what, self.effects, self.joint = what, effects, joint


def adds(actions, policy, weight, ufid):
    """What is not given stays as it is."""
    def effect(flow):
        return Flow(actions, policy, weight or (flow.weight if flow else 1),
                    ufid or (flow and flow.ufid))
    return effect


def deletes(_):
    return None


def weighs(weight):
    return lambda flow: flow and flow._replace(weight=weight)


class Entry:
    def __init__(self, model, key):
        self.model, self.key = model, key
        self.known = {None}     # one of these
        self.pending = []
        self.touched = True     # something was asked for since last compared
        self.seen = None        # what was found then
        self.story = []         # what was asked for since then, and answered

    def levels(self):
        """Sets of what it may be, after no, one, two ... of what is pending."""
        levels = [self.known]
        for op in self.pending:
            levels.append({op.effects[self.key](f) for f in levels[-1]})
        return levels

    def outcomes(self):
        found = set().union(*self.levels())
        for op in self.pending if self.model.refuses else []:
            found |= {op.effects[self.key](f) for f in found}
        return found

    def projected(self):
        """What it will be, if that is known for sure."""
        last = self.levels()[-1]
        return next(iter(last)) if len(last) == 1 else None

    def answered(self, op):
        """Later ones may have been done before this one is answered, so those
        before it are too."""
        if op in self.pending:
            n = self.pending.index(op) + 1
            self.known = self.levels()[n]
            del self.pending[:n]


class Model:
    def __init__(self):
        self.refuses = False    # may one of those under way not be done?
        self.entries = {key: Entry(self, key) for key in all_keys()}
        self.by_ident = {key.ident(): e for key, e in self.entries.items()}
        self.half_done = []     # joint ones that a kill left unanswered

    def of(self, op):
        return [self.entries[key] for key in op.effects]

    def push(self, op):
        self.half_done = [h for h in self.half_done
                          if not h.effects.keys() & op.effects.keys()]
        for e in self.of(op):
            e.pending.append(op)
            e.touched = True
            e.story.append(op.what)

    def answered(self, op):
        for e in self.of(op):
            e.answered(op)
            e.story.append("done: " + op.what)

    def refused(self, op):
        """Nothing was done."""
        for e in self.of(op):
            e.story.append("refused: " + op.what)
            if op in e.pending:
                e.pending.remove(op)

    def killed(self):
        for e in self.entries.values():
            for op in e.pending:
                if op.joint and op not in self.half_done:
                    op.before = [set(x.known) for x in self.of(op)]
                    self.half_done.append(op)
        for e in self.entries.values():
            e.known, e.pending = e.outcomes(), []
