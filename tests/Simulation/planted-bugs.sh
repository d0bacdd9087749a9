#!/usr/bin/env bash
# Shows that the simulator finds bugs. A copy of the unmodified sources must pass all seeds. Then each bug of Planted/ is
# applied to the copy, and the simulator must exit with 1, name a seed, and name an invariant that the patch declares
# ("Breaks:" in its header, separated by "|"), within 100 seeds or the number that the patch declares ("Seeds:"). Any
# other failure is an error and never counts as found. Exits with 0 if every bug was found. Takes a minute or two each.
#
#   tests/Simulation/planted-bugs.sh [gap-ignored id-reused ...]
set -euo pipefail
cd "$(dirname "$0")/../.."

planted=$PWD/tests/Simulation/Planted
seeds=100
missed=0
errors=0
work=$(mktemp -d)
if [ $# -eq 0 ]; then
    set -- $(ls "$planted" | sed 's/\.patch$//')
fi

fail() {
    echo "ERROR: $1"
    tail -20 "$work/build" "$work/errors" 2>/dev/null || true
    errors=$((errors + 1))
}

build() {
    dotnet build "$work/copy/engine/host" -c Release -v quiet --nologo \
        -p:RunAnalyzers=false -p:TreatWarningsAsErrors=false >"$work/build" 2>&1
}

# Prints a line every 20 seconds until this script ends: a long step without output looks stuck.
beat() {
    while :; do
        sleep 20
        echo "   running for $SECONDS s"
    done
}

# Leaves the output in $work/said, and the exit code in $status.
simulate() {
    status=0
    dotnet "$work/copy/engine/host/bin/Release/net10.0/lowlatency.dll" simulate --seed 1 --seeds "$1" \
        >"$work/said" 2>"$work/errors" || status=$?
}

# A line of a patch's header.
head_of() {
    sed -n "/^--- /q; s/^$2: //p" "$planted/$1.patch"
}

judge() {
    local name=$1 seeds=$2 expected found
    expected=$(head_of "$name" Breaks)
    found=$(sed -n 's/^seed [0-9]* failed at step [0-9]*: \([^:]*\):.*/\1/p' "$work/said" | head -1)
    if [ "$status" -eq 0 ]; then
        echo "NOT FOUND: $name passed $seeds seeds"
        missed=$((missed + 1))
    elif [ "$status" -ne 1 ]; then
        fail "$name: the simulator exited with $status"
    elif [ -z "$found" ]; then
        fail "$name: the simulator exited with 1 and named no seed"
    elif [ -z "$expected" ]; then
        fail "$name: its patch declares no invariant; found: $found"
    elif [[ "|$expected|" != *"|$found|"* ]]; then
        fail "$name: '$found' was violated, expected '$expected'"
    else
        echo "found: $(grep -m 1 '^seed [0-9]* failed' "$work/said")"
    fi
}

beat &
beating=$!
trap 'kill "$beating"; rm -rf "$work"' EXIT
mkdir "$work/copy"
git archive HEAD | tar -x -C "$work/copy"
echo "== unmodified sources"
build || { fail "the unmodified sources do not build"; exit 1; }
simulate "$seeds"
if [ "$status" -ne 0 ]; then
    cat "$work/said"
    fail "the unmodified sources exit with $status: later results would mean nothing"
    exit 1
fi

echo "passed $seeds seeds"
for name in "$@"; do
    patch=$planted/$name.patch
    [ -f "$patch" ] || { fail "no $patch"; continue; }
    echo "== $name: $(head -1 "$patch")"
    (cd "$work/copy" && git apply "$patch" 2>"$work/errors") || { fail "$name does not apply"; continue; }
    if build; then
        within=$(head_of "$name" Seeds)
        simulate "${within:-$seeds}"
        judge "$name" "${within:-$seeds}"
    else
        fail "$name does not build"
    fi

    (cd "$work/copy" && git apply -R "$patch")
done
echo "$missed planted bugs were not found, $errors errors"
[ "$missed" -eq 0 ] && [ "$errors" -eq 0 ]
