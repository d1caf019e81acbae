#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What `cmake --install` puts into a prefix is whole: others can build on it with CMake and
# with pkg-config, and the tree runs from wherever it is moved to, with its own model cards,
# networks and OpenVINO, without anything of the build tree.
set -euo pipefail
. tests/examples_kit.sh
cd "$TMPDIR"
models=$STANCE_MODEL_PATH
unset STANCE_MODEL_PATH

there() { # FILE...: each exists below the prefix
    local file
    for file in "$@"; do
        [ -s "$prefix/$file" ] || fail "expected $file in the prefix, found none"
    done
}

# ---- into a prefix ----

prefix=$TMPDIR/first
cmake --install "$STANCE_BUILD" --prefix "$prefix" >install.log 2>&1 ||
    fail "cmake --install: $(tail -n 5 install.log)"
pc=$(cd "$prefix" && find . -name stance.pc)
lib=$(cd "$prefix" && dirname "$(dirname "$pc")")
lib=${lib#./}
there bin/stance "$lib/libstance.so" "$lib/cmake/stance/stanceConfig.cmake" "$pc" \
    share/doc/stance/LICENSE share/doc/stance/THIRD-PARTY.md \
    share/doc/stance/examples/picture_to_json.c
grep -q '^ExecStart=/.*/bin/stance serve' "$prefix/lib/systemd/system/stance.service" ||
    fail "expected stance.service to start the program"
for header in "$STANCE_ROOT"/include/stance/*.h; do
    there "include/stance/${header##*/}"
done
for card in "$STANCE_ROOT"/models/*.json; do
    there "share/stance/models/${card##*/}"
done
for name in stance-lite stance-detector; do
    there "share/stance/models/$name.xml" "share/stance/models/$name.bin"
done
[ "$(find "$prefix/share/stance/models" -type f ! -name '*.json' | wc -l)" = 4 ] ||
    fail "expected two networks: $(find "$prefix/share/stance/models" -type f ! -name '*.json')"
if [ -d "$prefix/$lib/stance" ]; then # OpenVINO comes along, and with it its licence
    [ -n "$(find "$prefix/share/doc/stance/openvino" -type f -size +1k)" ] ||
        fail "expected the licences of OpenVINO, found none"
fi

# ---- nothing of the build tree ----

for file in "$prefix/bin/stance" "$prefix/$lib/libstance.so"; do
    rpath=$(readelf -d "$file" | sed -n 's/.*R\(UN\)\?PATH.*\[\(.*\)\]/\2/p')
    # shellcheck disable=SC2016 # the word that the loader replaces
    case $rpath in
    '$ORIGIN'*) ;;
    *) fail "${file##*/}: expected a path from \$ORIGIN, found '$rpath'" ;;
    esac
    [[ $rpath != *:* ]] || fail "${file##*/}: expected one path, found '$rpath'"
done
if grep -rlF -e "$STANCE_BUILD" -e "$STANCE_ROOT" "$prefix/$lib/cmake" "$prefix/$pc" \
    "$prefix/share"; then
    fail "the files above name the build tree"
fi

# ---- man page and completion ----

if [ -z "$STANCE_SANITIZE" ]; then
    there share/man/man1/stance.1 share/zsh/site-functions/_stance \
        share/fish/vendor_completions.d/stance.fish share/bash-completion/completions/stance
    bash -n "$prefix/share/bash-completion/completions/stance" || fail "bash completion"
    if command -v man >/dev/null; then
        said=$(LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=80 man --warnings -E UTF-8 -l \
            "$prefix/share/man/man1/stance.1" 2>&1 >manual.txt)
        [ -z "$said" ] || fail "stance.1: $said"
        grep -q -- '--threshold' manual.txt || fail "stance.1: expected the options of run"
    fi
    words=$(bash -c ". '$prefix/share/bash-completion/completions/stance'
        COMP_WORDS=(stance mod) COMP_CWORD=1 COMP_LINE='stance mod' COMP_POINT=10
        \$(complete -p stance | sed 's/.*-F \([^ ]*\).*/\1/') stance mod stance
        echo \"\${COMPREPLY[*]}\"")
    [ "$words" = models ] || fail "bash completion of 'stance mod': found '$words'"
fi

# ---- others build on it: CMake, then pkg-config ----

cmake -S "$prefix/share/doc/stance/examples" -B by-cmake -DCMAKE_PREFIX_PATH="$prefix" \
    -DCMAKE_C_COMPILER="$STANCE_CC" -DCMAKE_C_FLAGS="-Wall -Wextra -Werror $(sanitize_flags)" \
    >cmake.log 2>&1 || fail "find_package(stance): $(tail -n 5 cmake.log)"
cmake --build by-cmake >cmake.log 2>&1 || fail "examples by CMake: $(tail -n 5 cmake.log)"
expect_status 1 by-cmake/picture_to_json
grep -q '^usage:' out || fail "picture_to_json built by CMake does not run: $(cat out)"

export PKG_CONFIG_PATH=$prefix/${pc%/*}
# shellcheck disable=SC2046 # flags are words
"$STANCE_CC" -std=c11 $(sanitize_flags) "$STANCE_ROOT/examples/own_sink.c" -o by-pkg-config \
    $(pkg-config --cflags --libs stance) -Wl,-rpath,"$prefix/$lib" ||
    fail "own_sink.c does not build with the flags of pkg-config"
expect_status 1 ./by-pkg-config
grep -q '^usage:' out || fail "own_sink built by pkg-config does not run: $(cat out)"
found=$(pkg-config --modversion stance)
[ "$("$prefix/bin/stance" --version)" = "stance $found" ] || fail "stance.pc says $found"

# ---- moved ----

mkdir -p elsewhere
mv "$prefix" "elsewhere/a folder"
prefix=$TMPDIR/elsewhere/a\ folder
stance=$prefix/bin/stance
expect_status 0 "$stance" --version
expect_status 0 "$stance" models list
for card in "$STANCE_ROOT"/models/*.json; do
    name=$(basename "$card" .json)
    grep -q "^$name " out || fail "moved: expected $name in 'models list'"
done
expect_status 0 "$stance" models info movenet-lightning-int8
grep -qF "$prefix/share/stance/models/movenet-lightning-int8.json" out ||
    fail "moved: expected the prefix's own card, found: $(grep card out)"
found=$(PKG_CONFIG_PATH=$prefix/${pc%/*} pkg-config --variable=includedir stance)
[ "$(realpath "${found//\\/}")" = "$prefix/include" ] || # it escapes blanks
    fail "moved: stance.pc says $found"
[ "$("$stance" devices | grep -c '^  openvino  *CPU')" = 1 ] ||
    fail "moved: expected OpenVINO's CPU in 'stance devices'"
if [ -z "$STANCE_SANITIZE" ]; then
    libraries=$(ldd "$stance"; ldd "$prefix/$lib/libstance.so")
    ! grep -F -e "$STANCE_BUILD" -e 'not found' <<<"$libraries" || fail "moved: see above"
fi

# ---- its own networks, where nothing else is ----

export XDG_DATA_HOME=$TMPDIR/data
expect_status 0 "$stance" run 'mannequin:cross?seconds=0.5' --people all --json cross.json
grep -q 'stance-lite with stance-detector' out || fail "moved: expected the built-in networks"
grep -q '"model": "stance-lite"' cross.json || fail "moved: another network was taken"
for name in stance-lite stance-detector; do
    expect_status 0 "$stance" models info "$name"
    grep -q 'on this machine  built in' out || fail "moved: $name is not built in: $(cat out)"
    [ "$(grep -cF "path           $prefix/share/stance/models/$name." out)" = 2 ] ||
        fail "moved: $name is another's: $(cat out)"
done

clip=$STANCE_SHARED/data/videos/squats_portrait_5fps.mp4
if [ -e "$clip" ] && [ -d "$models" ]; then
    ffmpeg -nostdin -v error -ss 5 -i "$clip" -frames:v 1 photo.jpg
    STANCE_MODEL_PATH=$models expect_status 0 "$stance" run photo.jpg -o drawn.jpg --json photo.json
    [ -s drawn.jpg ] || fail "moved: expected drawn.jpg, found none"
    grep -q '"nose"' photo.json || fail "moved: nobody was found"
    grep -q '"complete": true' photo.json || fail "moved: the JSON is not complete"
fi
echo "install: good"
