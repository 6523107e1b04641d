# SPDX-License-Identifier: GPL-2.0-or-later
"""A connection to the control socket, with many requests under way."""
import json
import select
import socket
import time

PATH = "/run/swoffd/swoffd.sock"


class Peer:
    def __init__(self):
        until = time.monotonic() + 30
        while True:
            self.sock = socket.socket(socket.AF_UNIX)
            if not self.sock.connect_ex(PATH):
                break
            self.sock.close()
            if time.monotonic() > until:
                raise RuntimeError("nobody listens on " + PATH)
            time.sleep(0.005)
        self.last_id = 0
        self.rest = b""
        self.closed = False

    def ask(self, method, params):
        """Sends a request; the number by which poll() names its answer."""
        self.last_id += 1
        line = json.dumps({"jsonrpc": "2.0", "id": self.last_id,
                           "method": method, "params": params})
        try:
            self.sock.sendall(line.encode() + b"\n")
        except OSError:
            self.closed = True
        return self.last_id

    def poll(self, timeout):
        """Answers that have come by now, or come first, as (id, object)."""
        answers = []
        while not self.closed:
            if not select.select([self.sock], [], [],
                                 0 if answers else timeout)[0]:
                break
            try:
                part = self.sock.recv(1 << 20)
            except OSError:
                part = b""
            self.closed = not part
            *lines, self.rest = (self.rest + part).split(b"\n")
            answers += [(a["id"], a) for a in map(json.loads, lines)]
        return answers

    def drain(self):
        """What a dead daemon had still answered."""
        answers = []
        while not self.closed:
            answers += self.poll(1)
        self.sock.close()
        return answers
