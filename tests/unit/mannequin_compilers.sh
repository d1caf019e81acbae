#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Drawn people have the same bytes with every compiler and at every level of optimisation;
# and they need nothing but C11 and libm. Their test is built from those folders alone and
# run, hashes and all.
set -euo pipefail
cd "$STANCE_ROOT"
failed=0
built=0

try() { # a compiler and its options
    if ! command -v "$1" >/dev/null; then
        echo "no $1 here"
        return
    fi
    "$@" -std=c11 -D_GNU_SOURCE -DST_VERSION='"0"' -DSTANCE_BUILDING -ffp-contract=off \
        -Iinclude -Isrc -Itests/unit tests/unit/test_mannequin.c src/mannequin/*.c \
        src/base/*.c src/frame/*.c src/pose/*.c -o "$TMPDIR/test" -lcmocka -lm -lpthread
    built=$((built + 1))
    if ! "$TMPDIR/test" >"$TMPDIR/said" 2>&1; then
        echo "FAILED: $*"
        grep -v '^\[ *\(RUN\|OK\)' "$TMPDIR/said"
        failed=1
    fi
}

for cc in gcc clang; do
    try "$cc" -O0
    try "$cc" -O3 -fno-math-errno
done
case $(uname -m) in
x86_64) if grep -q avx2 /proc/cpuinfo; then try gcc -O3 -mavx2 -mfma; fi ;;
esac
echo "$built builds"
if [ "$built" -lt 4 ]; then
    echo "skipped: gcc or clang is missing: scripts/setup installs them"
    exit 77
fi
exit $failed
