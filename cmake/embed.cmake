# SPDX-License-Identifier: Apache-2.0
#
# Turns a file into a C array of its bytes, ended by a NUL:
#
#     cmake -D IN=FILE -D OUT=FILE.c -D NAME=array -P embed.cmake
#
# An array and not a string, because C11 promises no more than 4095 bytes of those.
file(READ "${IN}" hex HEX)
string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)"
       "\\1\n    " bytes "${bytes}")
get_filename_component(from "${IN}" NAME)
file(WRITE "${OUT}" "/* Made from ${from}: change that file. */
extern const char ${NAME}[];
const char ${NAME}[] = {
    ${bytes}0x00,
};
")
