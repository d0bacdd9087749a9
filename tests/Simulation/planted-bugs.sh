#!/usr/bin/env bash
# Shows that the simulator finds what it is for: plants each bug of Planted/ into a copy of the sources, builds it, and
# simulates up to 100 seeds. Ends with 0 when every bug was found. Takes about a minute for each bug.
#
#   tests/Simulation/planted-bugs.sh [gap-ignored id-reused ...]
set -euo pipefail
cd "$(dirname "$0")/../.."

sources=$PWD
seeds=100
missed=0
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
if [ $# -eq 0 ]; then
    set -- $(ls tests/Simulation/Planted | sed 's/\.patch$//')
fi

for name in "$@"; do
    patch=$sources/tests/Simulation/Planted/$name.patch
    rm -rf "$copy"
    mkdir "$copy"
    git archive HEAD | tar -x -C "$copy"
    (cd "$copy" && git apply "$patch")
    echo "== $name: $(head -1 "$patch")"
    dotnet build "$copy/engine/host" -c Release -v quiet --nologo \
        -p:EnforceCodeStyleInBuild=false -p:TreatWarningsAsErrors=false >"$copy.log" 2>&1 \
        || { cat "$copy.log"; exit 1; }
    rm -f "$copy.log"
    status=0
    dotnet "$copy/engine/host/bin/Release/net10.0/lowlatency.dll" simulate --seed 1 --seeds "$seeds" 2>/dev/null \
        || status=$?
    if [ "$status" -eq 0 ]; then
        echo "NOT FOUND: $name"
        missed=$((missed + 1))
    fi
done
echo "$missed planted bugs were not found"
[ "$missed" -eq 0 ]
