#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# scripts/check-layers sees what it is there for: a small tree that keeps the rules passes,
# and each rule broken in it is told with file and line.
set -euo pipefail
command -v git >/dev/null || {
    echo "skipped: no git"
    exit 77
}
failed=0
tree=$TMPDIR/tree
spdx='/* SPDX-License-Identifier: Apache-2.0 */'

check() { # runs check-layers on the small tree; what it says is in $said
    git -C "$tree" add -A
    said=$("$STANCE_PYTHON" "$tree/scripts/check-layers" 2>&1)
}

mkdir -p "$tree/scripts" "$tree/src/base" "$tree/src/source" "$tree/src/sink" "$tree/tools"
cp "$STANCE_ROOT/scripts/check-layers" "$tree/scripts/"
git -C "$tree" init -q
printf '%s\n#include "base/log.h"\n#include "frame/frame.h"\n' "$spdx" >"$tree/src/source/a.c"
printf '%s\n#include "stance/run.h"\n#include "source/a.h"\n' "$spdx" >"$tree/src/pipeline.c"
printf '%s\n#include "stance/run.h"\n' "$spdx" >"$tree/tools/cmd_a.c"
printf '%s\n/* av_log() in a comment */\nav_log();\n' "$spdx" >"$tree/src/source/av_a.c"
check || {
    echo "FAILED: a tree that keeps the rules: $said"
    failed=1
}

broken() { # FILE, its LINES (printf), and what must be SAID
    # shellcheck disable=SC2059 # the lines are a format
    printf "$spdx\n$2" >"$tree/$1"
    if check; then
        echo "FAILED: $1 with '$2': expected a complaint, found none"
        failed=1
    elif [[ $said != *"$1"*"$3"* ]] || [ "$(wc -l <<<"$said")" != 1 ]; then
        echo "FAILED: $1 with '$2': expected '$3', found '$said'"
        failed=1
    fi
    rm "$tree/$1"
}

broken src/base/b.c '#include "frame/frame.h"\n' ':2: src/base may not include frame/'
broken src/source/b.c '\n#include "sink/sink.h"\n' ':3: src/source may not include sink/'
broken src/sink/b.c '#include "model/model.h"\n' ':2: src/sink may not include model/'
broken tools/b.c '#include "base/log.h"\n' ':2: only the public headers'
broken src/source/b.c 'av_log();\n' ':2: av_ may not be used here'
broken src/sink/draw_b.c 'ov_core_t *core;\n' ':2: ov_c may not be used here'
broken src/base/b.c 'json_object_set(a, b, c);\n' ':2: json_object_set may not be used here'
broken src/base/b.c 'curl_easy_init();\n' ':2: curl_ may not be used here'
broken src/base/b.c 'SDL_Quit();\n' ':2: SDL_ may not be used here'
broken src/base/b.c 'pthread_create();\n' ':2: pthread_create may not be used here'
broken src/base/b.c '/* TO''DO */\n' ':2: an open end'
broken src/base/b.c "$(printf 'x\\n%.0s' {1..600})" ': 601 lines'
spdx='/* no licence */' broken src/base/b.c 'int a;\n' ':1: expected an SPDX line'
exit $failed
