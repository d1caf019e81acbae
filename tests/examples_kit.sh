# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What the tests of examples and installation share; read by them with ".".

fail() {
    printf 'FAILED: %s\n' "$*"
    exit 1
}

# Run a command and compare its exit status; what it said is in the file "out".
expect_status() { # STATUS COMMAND...
    local expected=$1 found=0
    shift
    "$@" >out 2>&1 || found=$?
    [ "$found" = "$expected" ] ||
        fail "$*: expected exit status $expected, found $found: $(tail -n 3 out)"
}

# Flags for whatever links a library built with sanitizers.
sanitize_flags() {
    [ -z "${STANCE_SANITIZE:-}" ] || echo "-fsanitize=$STANCE_SANITIZE"
}

# The examples, built against the library under test, into a folder.
build_examples() { # FOLDER
    local name lib
    lib=$(dirname "$STANCE_LIBRARY")
    for name in picture_to_json video_callback own_sink; do
        # shellcheck disable=SC2046 # no flags is no word
        "$STANCE_CC" -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Werror \
            $(sanitize_flags) -I"$STANCE_ROOT/include" \
            "$STANCE_ROOT/examples/$name.c" -o "$1/$name" \
            -L"$lib" -lstance -Wl,-rpath,"$lib" || fail "$name.c does not build"
    done
}
