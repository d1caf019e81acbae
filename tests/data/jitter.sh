#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What --smooth takes away at rest, and what it costs in motion (bench/jitter.py).
root=$(cd "$(dirname "$0")/../.." && pwd)
shared=${STANCE_SHARED:-$root/../shared}
if [ ! -d "$shared/data/people17" ] || [ ! -d "$shared/models" ]; then
    echo "skipped: no test data"
    exit 77
fi
exec "${STANCE_PYTHON:-python3}" "$root/bench/jitter.py" --shared "$shared" --check --brief
