#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""usage: flows.py N: a frame of each of N flows, those of traffic.py, in hex"""
import sys

sys.path.append(sys.path[0] + "/../capacity")
import traffic      # noqa: E402

for i in range(int(sys.argv[1])):
    print(traffic.frame(i).hex())
