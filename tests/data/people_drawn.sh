#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Identities and events of drawn people, through a detector and a network (bench/people.py).
root=$(cd "$(dirname "$0")/../.." && pwd)
shared=${STANCE_SHARED:-$root/../shared}
if [ ! -d "$shared/models" ]; then
    echo "skipped: no test data"
    exit 77
fi
export STANCE_MODEL_PATH=${STANCE_MODEL_PATH:-$shared/models}
exec "${STANCE_PYTHON:-python3}" "$root/bench/people.py" --models fast --seeds 1 --seconds 8 --list --check
