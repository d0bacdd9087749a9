#!/bin/sh
# Compiles the yardsticks into a folder. Programs that cannot be compiled here are reported and skipped: they are for
# comparison, nothing depends on them.
set -u
if [ $# -ne 1 ]; then
    echo "usage: $0 OUT_DIR" >&2
    exit 2
fi

here=$(cd "$(dirname "$0")" && pwd)
compiler=${CXX:-g++}
flags="-std=c++20 -O3 -DNDEBUG -march=native -Wall -Wextra -pthread"
if ! command -v "$compiler" > /dev/null; then
    echo "yardsticks: $compiler not found (install the package g++), none is built" >&2
    exit 0
fi

mkdir -p "$1" || exit 1
build() {
    name=$1
    shift
    # shellcheck disable=SC2086 # the flags are several words
    "$compiler" $flags "$here/$name.cpp" -o "$out/$name" "$@" || echo "yardsticks: $name does not compile here" >&2
}

out=$1
build memory_read
build ping_pong
if echo '#include <simdjson.h>' | "$compiler" -E -x c++ - > /dev/null 2>&1; then
    build simdjson_book -lsimdjson
else
    echo "yardsticks: simdjson not found (install the package libsimdjson-dev), simdjson_book is not built" >&2
fi

exit 0
