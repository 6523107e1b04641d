#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kill -9 at any instant: nothing that was acknowledged is lost, and nothing
# else is there.
#
#	kill.sh [KILLS [SEED]]
cd "$(dirname "$0")/.." || exit 1
exec kill/run.py "${1:-200}" "${2:-$(date +%s)}"
