#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The examples compile without a warning on the public headers alone, and tell wrong use
# and inputs that are not there by the same exit status as stance itself. Their results
# are looked at in data/examples.sh; building them against an installed copy in install.sh.
set -euo pipefail
. tests/examples_kit.sh

build_examples "$TMPDIR"
cd "$TMPDIR"

for name in picture_to_json video_callback own_sink; do
    expect_status 1 ./$name
    grep -q "^usage: $name " out || fail "$name: expected its usage, found: $(cat out)"
done
expect_status 2 ./picture_to_json nothing.jpg nothing.json
grep -q 'nothing\.jpg' out || fail "expected the name of the input, found: $(cat out)"
expect_status 2 ./video_callback nothing.mp4
expect_status 2 ./own_sink nothing.mp4 left_wrist=nothing.csv
left=$(find . -name 'nothing*' -o -name '*.part')
[ -z "$left" ] || fail "outputs of nothing were written: $left"
echo "examples: good"
