#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames of many flows for the hardware model, at rates by a Zipf law.

usage: traffic.py INJECT PORT FLOWS

The flows are those that batch() of daemon.sh makes. Reads commands and
answers each with a line:

    zipf EXPONENT RATE SEED  RATE frames a second in all; SEED says who has most
    run SECONDS K            sends; FRAMES BEST: sent, and of the K busiest
    ranks N FIRST            the N flows from rank FIRST on; the busiest is 0
    totals                   FRAMES BYTES since the start
    compare FILE             lines of SRC_IP PACKETS: how many are not what
                             was sent
"""
import ipaddress
import random
import sys
import time

SLICES = 10         # a second


def checksum(head):
    total = sum(head[i] << 8 | head[i + 1] for i in range(0, len(head), 2))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def address(i):
    return bytes([10, i >> 16 & 255, i >> 8 & 255, i & 255])


def frame(i):
    """Of the flow i; not all are of one length."""
    data = bytes(8 + i % 64)
    udp = b''.join(n.to_bytes(2, 'big') for n in (
        1024 + i % 60000, 53, 8 + len(data), 0)) + data
    ip = bytearray(b'\x45\0' + (20 + len(udp)).to_bytes(2, 'big') +
                   bytes.fromhex('0001000040110000') + address(i) +
                   bytes([192, 0, 2, 1]))
    ip[10:12] = checksum(ip).to_bytes(2, 'big')
    return bytes.fromhex('0200000000020200000000010800') + ip + udp


class Traffic:
    def __init__(self, inject, port, n):
        self.inject = inject
        self.frames = [frame(i) for i in range(n)]
        self.tails = [f.hex() + '\n' for f in self.frames]
        self.port = port
        self.sent = [0] * n
        self.due = [0.0] * n
        self.order = list(range(n))
        self.rate = [0.0] * n      # nothing is sent before zipf

    def zipf(self, exponent, rate, seed):
        rng = random.Random(int(seed))
        self.order = list(range(len(self.sent)))
        rng.shuffle(self.order)
        weights = [(r + 1) ** -float(exponent) for r in range(len(self.order))]
        scale = float(rate) / SLICES / sum(weights)
        self.rate = [0.0] * len(self.order)
        for i, w in zip(self.order, weights):
            self.rate[i] = w * scale
            self.due[i] = rng.random()
        return 'done'

    def slice(self):
        lines = []
        for i, rate in enumerate(self.rate):
            due = self.due[i] + rate
            n = int(due)
            self.due[i] = due - n
            if n:
                self.sent[i] += n
                lines.append('%s %d %s' % (self.port, n, self.tails[i]))
        with open(self.inject, 'w') as f:
            f.write(''.join(lines))

    def run(self, seconds, k):
        before = list(self.sent)
        begin = time.monotonic()
        for n in range(1, int(seconds) * SLICES + 1):
            self.slice()
            time.sleep(max(0, begin + n / SLICES - time.monotonic()))
        sent = [a - b for a, b in zip(self.sent, before)]
        return '%d %d' % (sum(sent), sum(sent[i] for i in self.order[:int(k)]))

    def ranks(self, n, first):
        return ' '.join(map(str, self.order[int(first):int(first) + int(n)]))

    def totals(self):
        return '%d %d' % (sum(self.sent), sum(
            n * len(f) for n, f in zip(self.sent, self.frames)))

    def compare(self, path):
        wanted = {str(ipaddress.ip_address(address(i))): n
                  for i, n in enumerate(self.sent)}
        with open(path) as f:
            found = {ip: int(n) for ip, n in map(str.split, f)}
        return sum(found.get(ip) != n for ip, n in wanted.items())


def main():
    traffic = Traffic(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    for line in sys.stdin:
        words = line.split()
        print(getattr(traffic, words[0])(*words[1:]), flush=True)


if __name__ == '__main__':
    main()
