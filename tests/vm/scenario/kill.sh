#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kill -9 at random instants under load: nothing that was answered is lost, and
# nothing else is there.
#
#	kill.sh [KILLS [SEED]]
cd "$(dirname "$0")/.." || exit 1
seed=${2:-$(date +%s)}
echo "# seed $seed"
exec kill/run.py "${1:-200}" "$seed"
