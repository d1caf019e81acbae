# SPDX-License-Identifier: Apache-2.0
#
# Finds OpenVINO: the system's (or the one that OpenVINO_DIR names), else the pinned one
# that `make setup` unpacked into the user's cache folder. Also used by scripts/setup, to
# ask whether anything has to be fetched.
#
# Sets STANCE_OPENVINO_LIBS (the folder of its libraries) and STANCE_OPENVINO_PINNED (true
# when it is the unpacked wheel, whose files an installed stance must carry along).

set(STANCE_OPENVINO_OLDEST 2024.0) # older ones read fewer TFLite networks

# The folder where `make setup` keeps what it fetched; the same rule as in scripts/setup.
if(NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
    set(STANCE_DEPS "$ENV{XDG_CACHE_HOME}/stance/deps")
else()
    set(STANCE_DEPS "$ENV{HOME}/.cache/stance/deps")
endif()

file(STRINGS "${CMAKE_CURRENT_LIST_DIR}/openvino.pin" pin REGEX "^version ")
string(REGEX REPLACE "^version +" "" pin "${pin}")
set(pinned_dir "${STANCE_DEPS}/openvino-${pin}/openvino/cmake")

# No version is asked for here: OpenVINO's own version file accepts none but its own year.
find_package(OpenVINO QUIET COMPONENTS Runtime)
if(OpenVINO_FOUND AND OpenVINO_VERSION VERSION_LESS STANCE_OPENVINO_OLDEST)
    message(STATUS "OpenVINO ${OpenVINO_VERSION} in ${OpenVINO_DIR} is older than "
                   "${STANCE_OPENVINO_OLDEST}: not used")
    message(FATAL_ERROR "Set OpenVINO_DIR to ${pinned_dir} (after `make setup`), or to a "
                        "newer OpenVINO's cmake folder")
endif()
if(NOT OpenVINO_FOUND AND NOT STANCE_OPENVINO_PROBE)
    if(NOT EXISTS "${pinned_dir}/OpenVINOConfig.cmake")
        message(FATAL_ERROR "OpenVINO is neither installed nor in ${STANCE_DEPS}: "
                            "run `make setup` (or scripts/setup) first")
    endif()
    find_package(OpenVINO REQUIRED COMPONENTS Runtime PATHS "${pinned_dir}" NO_DEFAULT_PATH)
endif()

if(OpenVINO_FOUND)
    get_target_property(STANCE_OPENVINO_LIBS openvino::runtime IMPORTED_LOCATION_RELEASE)
    if(NOT STANCE_OPENVINO_LIBS)
        get_target_property(STANCE_OPENVINO_LIBS openvino::runtime LOCATION)
    endif()
    get_filename_component(STANCE_OPENVINO_LIBS "${STANCE_OPENVINO_LIBS}" DIRECTORY)
    # In a wheel the libraries lie beside the cmake folder: openvino/cmake, openvino/libs.
    get_filename_component(wheel_root "${OpenVINO_DIR}" DIRECTORY)
    string(COMPARE EQUAL "${wheel_root}/libs" "${STANCE_OPENVINO_LIBS}"
           STANCE_OPENVINO_PINNED)
endif()
