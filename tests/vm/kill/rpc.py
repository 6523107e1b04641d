# SPDX-License-Identifier: GPL-2.0-or-later
"""A connection to the control socket, with many requests under way."""
import json
import os
import select
import socket
import time

PATH = "/run/swoffd/swoffd.sock"


class Gone(Exception):
    """The daemon closed the connection."""


class Refused(Exception):
    """An error object as the answer to call()."""


class Peer:
    def __init__(self, patience=10):
        until = time.monotonic() + patience
        while True:
            self.sock = socket.socket(socket.AF_UNIX)
            try:
                self.sock.connect(PATH)
                break
            except OSError:
                self.sock.close()
                if time.monotonic() > until:
                    raise Gone("nobody listens on " + PATH)
                time.sleep(0.003)
        self.last_id = 0
        self.rest = b""
        self.closed = False

    def ask(self, method, params=None, fds=()):
        """Sends a request; the number by which poll() names its answer."""
        self.last_id += 1
        q = {"jsonrpc": "2.0", "id": self.last_id, "method": method}
        if params:
            q["params"] = params
        line = json.dumps(q).encode() + b"\n"
        try:
            if fds:
                socket.send_fds(self.sock, [line], list(fds))
            else:
                self.sock.sendall(line)
        except OSError:
            self.closed = True
        return self.last_id

    def poll(self, timeout):
        """Answers that have come by now, or come first, as (id, object)."""
        answers = []
        while not self.closed:
            ready, _, _ = select.select([self.sock], [], [],
                                        0 if answers else timeout)
            if not ready:
                break
            try:
                part = self.sock.recv(1 << 20)
            except OSError:
                part = b""
            if not part:
                self.closed = True
                break
            *lines, self.rest = (self.rest + part).split(b"\n")
            for line in lines:
                answer = json.loads(line)
                answers.append((answer["id"], answer))
        return answers

    def drain(self):
        """What a dead daemon had still answered."""
        answers = []
        while not self.closed:
            answers += self.poll(1)
        self.sock.close()
        return answers

    def call(self, method, params=None, fds=(), patience=30):
        wanted = self.ask(method, params, fds)
        until = time.monotonic() + patience
        while True:
            for number, answer in self.poll(0.5):
                if number != wanted:
                    continue
                if "error" in answer:
                    raise Refused(answer["error"])
                return answer["result"]
            if self.closed:
                raise Gone(method)
            if time.monotonic() > until:
                raise Gone(method + ": no answer")

    def lines(self, method, params=None):
        """Result, and the objects that came through a descriptor."""
        r, w = os.pipe()
        wanted = self.ask(method, params, [w])
        os.close(w)
        with os.fdopen(r) as f:
            objects = [json.loads(line) for line in f]
        until = time.monotonic() + 30
        while time.monotonic() < until and not self.closed:
            for number, answer in self.poll(0.5):
                if number == wanted:
                    if "error" in answer:
                        raise Refused(answer["error"])
                    return answer["result"], objects
        raise Gone(method)
