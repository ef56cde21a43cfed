# Compresses a file: cmake -D IN=FILE -D OUT=FILE -P pack.cmake
cmake_minimum_required(VERSION 3.25)
file(ARCHIVE_CREATE OUTPUT ${OUT} PATHS ${IN} FORMAT raw COMPRESSION Zstd COMPRESSION_LEVEL 9)
