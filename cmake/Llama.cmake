# llama.cpp (MIT License), which runs models of GGUF files in the process. In this order: an installed
# CMake package `llama`, the folder SHEAF_LLAMA_SOURCE, the crate that tools/fetch-llama fetches by
# name. Decision 18 has the reasons. Leaves behind
#   SHEAF_LLAMA_FOUND    whether there is one
#   SHEAF_LLAMA_PACKAGE  whether it is the installed package, which programs that link sheaf need too
#   SHEAF_LLAMA_FOLDER   else the source that cmake/llama builds
string(COMPARE EQUAL "${CMAKE_SYSTEM_NAME}" Linux on_linux)
option(SHEAF_LLAMA "Run GGUF files in the process, by llama.cpp" ${on_linux})
set(SHEAF_LLAMA_SOURCE "" CACHE PATH "Folder of llama.cpp's source, where no package is installed; \
without it the source is fetched by name")

set(SHEAF_LLAMA_FOUND FALSE)
set(SHEAF_LLAMA_PACKAGE FALSE)
set(SHEAF_LLAMA_FOLDER "")
if(NOT SHEAF_LLAMA)
  return()
endif()

find_package(llama 0.6 CONFIG QUIET)
if(llama_FOUND)
  message(STATUS "llama.cpp ${llama_VERSION}: ${llama_DIR}")
  set(SHEAF_LLAMA_FOUND TRUE)
  set(SHEAF_LLAMA_PACKAGE TRUE)
  return()
endif()

set(folder ${SHEAF_LLAMA_SOURCE})
if(NOT SHEAF_LLAMA_SOURCE)
  set(folder ${PROJECT_SOURCE_DIR}/build/llama.cpp)
  execute_process(COMMAND ${PROJECT_SOURCE_DIR}/tools/fetch-llama ${folder} RESULT_VARIABLE failed)
  if(failed)
    message(WARNING "No llama.cpp: this build will not run GGUF files")
    return()
  endif()
elseif(NOT EXISTS ${SHEAF_LLAMA_SOURCE}/include/llama.h)
  message(FATAL_ERROR "SHEAF_LLAMA_SOURCE: ${SHEAF_LLAMA_SOURCE} holds no include/llama.h. Name the "
    "folder of llama.cpp's CMakeLists.txt")
endif()
set(SHEAF_LLAMA_FOUND TRUE)
set(SHEAF_LLAMA_FOLDER ${folder})
