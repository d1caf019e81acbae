# SPDX-License-Identifier: Apache-2.0
#
# What is installed, and where. Everything finds everything else relative to itself (the
# program its library, the library OpenVINO, its model cards and the pkg-config file their
# prefix), so that an installed tree can be moved as a whole.
include(CMakePackageConfigHelpers)

if(APPLE)
    set(here "@loader_path")
else()
    set(here "$ORIGIN")
endif()
file(RELATIVE_PATH bin_to_lib "/${CMAKE_INSTALL_BINDIR}" "/${CMAKE_INSTALL_LIBDIR}")
set_target_properties(stance PROPERTIES INSTALL_RPATH "${here}/stance")
set_target_properties(stance_program PROPERTIES INSTALL_RPATH "${here}/${bin_to_lib}")

install(TARGETS stance EXPORT stanceTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS stance_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY include/stance DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        FILES_MATCHING PATTERN "*.h")

# ---- model cards, and the networks that are stance's own ----

install(DIRECTORY models/ DESTINATION ${CMAKE_INSTALL_DATADIR}/stance/models
        FILES_MATCHING PATTERN "*.json" PATTERN "stance-*.xml" PATTERN "stance-*.bin")

# ---- OpenVINO: the pinned one comes along, a system one stays where it is ----

if(STANCE_OPENVINO_PINNED)
    # Plugins and frontends are looked for beside libopenvino. Left out are the frontends
    # of formats that no model card uses (gguf, jax, paddle, pytorch).
    set(parts libopenvino libopenvino_c libopenvino_auto_plugin libopenvino_auto_batch_plugin
        libopenvino_hetero_plugin libopenvino_intel_cpu_plugin libopenvino_arm_cpu_plugin
        libopenvino_intel_gpu_plugin libopenvino_intel_npu_plugin libopenvino_ir_frontend
        libopenvino_onnx_frontend libopenvino_tensorflow_frontend
        libopenvino_tensorflow_lite_frontend libtbb libtbbmalloc libtbbbind_2_5 libhwloc)
    foreach(part ${parts})
        file(GLOB files "${STANCE_OPENVINO_LIBS}/${part}.so*"
             "${STANCE_OPENVINO_LIBS}/${part}.*dylib")
        install(FILES ${files} DESTINATION ${CMAKE_INSTALL_LIBDIR}/stance)
    endforeach()
    if(EXISTS "${STANCE_OPENVINO_LIBS}/cache.json") # tuned kernels, read by the GPU plugin
        install(FILES "${STANCE_OPENVINO_LIBS}/cache.json"
                DESTINATION ${CMAKE_INSTALL_LIBDIR}/stance)
    endif()
    file(GLOB licences "${STANCE_OPENVINO_LIBS}/../../openvino-*.dist-info/licenses")
    install(DIRECTORY ${licences} DESTINATION ${CMAKE_INSTALL_DOCDIR}/openvino)
endif()

# ---- for those who build on libstance ----

install(EXPORT stanceTargets NAMESPACE stance:: FILE stanceTargets.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/stance)
configure_package_config_file(packaging/stanceConfig.cmake.in stanceConfig.cmake
    INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/stance)
write_basic_package_version_file(stanceConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/stanceConfig.cmake
              ${PROJECT_BINARY_DIR}/stanceConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/stance)

file(RELATIVE_PATH STANCE_PC_UP "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
string(REGEX REPLACE "/$" "" STANCE_PC_UP "${STANCE_PC_UP}")
configure_file(packaging/stance.pc.in stance.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/stance.pc
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

configure_file(packaging/stance.service.in stance.service @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/stance.service DESTINATION lib/systemd/system)

install(FILES LICENSE THIRD-PARTY.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DOCDIR})

# ---- man page and shell completion: the program writes them from its option tables ----

if(STANCE_MANUAL)
    set(made "")
    function(stance_writes file)
        add_custom_command(OUTPUT share/${file}
            COMMAND stance_program options ${ARGN} > share/${file}.new
            COMMAND ${CMAKE_COMMAND} -E rename share/${file}.new share/${file}
            DEPENDS stance_program VERBATIM)
        set(made ${made} share/${file} PARENT_SCOPE)
    endfunction()
    file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/share)
    stance_writes(stance.1 --man)
    stance_writes(stance.bash --completion bash)
    stance_writes(_stance --completion zsh)
    stance_writes(stance.fish --completion fish)
    add_custom_target(stance_manual ALL DEPENDS ${made})
    install(FILES ${PROJECT_BINARY_DIR}/share/stance.1
            DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
    install(FILES ${PROJECT_BINARY_DIR}/share/stance.bash RENAME stance
            DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
    install(FILES ${PROJECT_BINARY_DIR}/share/_stance
            DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
    install(FILES ${PROJECT_BINARY_DIR}/share/stance.fish
            DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endif()
