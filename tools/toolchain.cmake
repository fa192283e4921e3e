# Selects every build tool by version, so that other compilers and other LLVM versions on the
# machine do not matter. For example, the `llvm-ar` of LLVM 14 cannot read the output of clang 19.
foreach(TOOL AR NM OBJCOPY OBJDUMP RANLIB READELF STRIP ADDR2LINE)
  string(TOLOWER ${TOOL} NAME)
  set(CMAKE_${TOOL} /usr/bin/llvm-${NAME}-19)
endforeach()
set(CMAKE_CXX_COMPILER /usr/bin/clang++-19)
set(CMAKE_LINKER /usr/bin/ld.lld-19)
set(CMAKE_MAKE_PROGRAM /usr/bin/ninja CACHE FILEPATH "")
set(CMAKE_EXE_LINKER_FLAGS_INIT -fuse-ld=lld-19)

# clang selects the newest GCC folder, even one without the C++ library.
file(GLOB GCC_12 /usr/lib/gcc/*-linux-gnu/12)
if(GCC_12)
  set(CMAKE_CXX_FLAGS_INIT --gcc-install-dir=${GCC_12})
endif()

# Libraries come from Debian's packages, and not from CMAKE_PREFIX_PATH, from the prefixes of
# programs in PATH (conda, Homebrew), or from other projects' build folders.
set(CMAKE_FIND_USE_CMAKE_ENVIRONMENT_PATH FALSE)
set(CMAKE_FIND_USE_SYSTEM_ENVIRONMENT_PATH FALSE)
set(CMAKE_FIND_USE_PACKAGE_REGISTRY FALSE)
