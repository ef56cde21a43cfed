# The layer table is the sheaf_layer() and sheaf_app() calls; tools/check_layers.py reads them too.
#
#   sheaf_layer(NAME <layer>
#     [DEPENDS <layer>...] [LIBRARIES <target>...] [SOLE_USER_OF <header>...])
#
# DEPENDS       the only other layers whose headers it may include (linking is transitive,
#               including is not)
# LIBRARIES     third-party targets it links
# SOLE_USER_OF  third-party headers (`sqlite3.h`) or folders of headers (`curl`,
#               `boost/math`) that nobody may include but the layers that name them here

# A layer without a .cpp is still a library.
set(SHEAF_EMPTY_SOURCE ${PROJECT_BINARY_DIR}/empty.cpp)
file(CONFIGURE OUTPUT ${SHEAF_EMPTY_SOURCE} CONTENT "")

function(sheaf_layer)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME" "DEPENDS;LIBRARIES;SOLE_USER_OF")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "sheaf_layer(${arg_NAME}): unknown words ${arg_UNPARSED_ARGUMENTS}")
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${arg_NAME}/*.cpp)
  if(NOT sources)
    set(sources ${SHEAF_EMPTY_SOURCE})
  endif()
  add_library(sheaf_${arg_NAME} STATIC ${sources})
  target_include_directories(sheaf_${arg_NAME} PUBLIC
    ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include)
  list(TRANSFORM arg_DEPENDS PREPEND sheaf_)
  target_link_libraries(sheaf_${arg_NAME} PUBLIC ${arg_DEPENDS} PRIVATE ${arg_LIBRARIES})
  set_property(GLOBAL APPEND PROPERTY SHEAF_LAYERS ${arg_NAME})
  set_property(GLOBAL APPEND PROPERTY SHEAF_LIBRARIES ${arg_LIBRARIES})
endfunction()

# The one library that is installed: the objects of all layers, behind include/sheaf, and those of the
# targets that are built here and no program could find elsewhere.
function(sheaf_library target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "WITH_OBJECTS_OF")
  get_property(layers GLOBAL PROPERTY SHEAF_LAYERS)
  get_property(libraries GLOBAL PROPERTY SHEAF_LIBRARIES)
  list(REMOVE_DUPLICATES libraries)
  list(TRANSFORM layers REPLACE "(.+)" "$<TARGET_OBJECTS:sheaf_\\1>" OUTPUT_VARIABLE objects)
  list(TRANSFORM arg_WITH_OBJECTS_OF REPLACE "(.+)" "$<TARGET_OBJECTS:\\1>")
  list(APPEND objects ${arg_WITH_OBJECTS_OF})
  add_library(${target} STATIC ${objects})
  add_library(sheaf::sheaf ALIAS ${target})
  target_compile_features(${target} PUBLIC cxx_std_23)
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(${target} PRIVATE ${libraries})

  set(package ${CMAKE_INSTALL_LIBDIR}/cmake/sheaf)
  install(TARGETS ${target} EXPORT sheafTargets ARCHIVE)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/ TYPE INCLUDE)
  install(EXPORT sheafTargets NAMESPACE sheaf:: DESTINATION ${package})
  include(CMakePackageConfigHelpers)
  write_basic_package_version_file(${PROJECT_BINARY_DIR}/sheafConfigVersion.cmake
    COMPATIBILITY SameMinorVersion)
  configure_file(cmake/sheafConfig.cmake.in ${PROJECT_BINARY_DIR}/sheafConfig.cmake @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/sheafConfigVersion.cmake
    ${PROJECT_BINARY_DIR}/sheafConfig.cmake ${PROJECT_SOURCE_DIR}/cmake/FindCSV.cmake
    DESTINATION ${package})
endfunction()

#   sheaf_app(NAME <folder of apps/> OUTPUT <executable> [LIBRARIES ...] [SOLE_USER_OF ...])
#
# An application sees include/sheaf and nothing of src/.
function(sheaf_app)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;OUTPUT" "LIBRARIES;SOLE_USER_OF")
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/apps/${arg_NAME}/*.cpp)
  if(NOT sources)
    message(STATUS "apps/${arg_NAME} has no source yet: not built")
    return()
  endif()
  add_executable(sheaf_${arg_NAME} ${sources})
  set_target_properties(sheaf_${arg_NAME} PROPERTIES OUTPUT_NAME ${arg_OUTPUT})
  target_include_directories(sheaf_${arg_NAME} PRIVATE ${PROJECT_SOURCE_DIR}/apps/${arg_NAME})
  target_link_libraries(sheaf_${arg_NAME} PRIVATE sheaf::sheaf ${arg_LIBRARIES})
  install(TARGETS sheaf_${arg_NAME} RUNTIME)
endfunction()
