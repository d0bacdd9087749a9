#!/usr/bin/env bash
# Measures all figures of the README on this machine, in under fifteen minutes, and writes them to
# bench/results/DATE-TIME.md: the machine, the table, and each measurement in full. Nothing else should run meanwhile.
#
#   bench/run.sh [INPUT]     INPUT: a recording, or a capture of lines; by default the USD-M capture of
#                            tests/fetch-captures.sh, or a generated market if it is missing
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

capture=../shared/data/hftbacktest/usdm/btcusdt_20240808.gz
input=${1:-}
if [ -z "$input" ] && [ -f "$capture" ]; then
    input=$capture
fi

work=$(mktemp -d)
process=
trap 'kill $process 2> /dev/null; rm -rf "$work"' EXIT
dotnet build LowLatency.sln -c Release -v quiet >&2
lowlatency=$PWD/engine/host/bin/Release/net10.0/lowlatency
bench() { dotnet bench/bin/Release/net10.0/LowLatency.Bench.dll "$@"; }
say() { echo "== $*" >&2; }

on_input=()
if [ -n "$input" ]; then
    on_input=(--input "$input")
fi

for name in parse book replay recorder; do
    say "$name"
    bench measure "$name" "${on_input[@]}" --json > "$work/$name.json"
done

for name in ring latency; do
    say "$name"
    bench measure "$name" --json > "$work/$name.json"
done

for wait in Yield Block; do
    say "wire, $wait"
    bench wire "$wait" --json > "$work/wire-$wait.json"
done

say "symbols"
bench symbols --json > "$work/symbols.json"
say "budgets"
bench budgets --json > "$work/budgets.json"

say "C++ yardsticks"
mkdir "$work/yardsticks"
bench/yardsticks/build.sh "$work/yardsticks" >&2
if [ -x "$work/yardsticks/ping_pong" ]; then
    "$work/yardsticks/ping_pong" > "$work/ping_pong.json"
fi

if [ -x "$work/yardsticks/simdjson_book" ] && [ -n "$input" ]; then
    bench messages "$input" "$work/messages.txt" > "$work/scale"
    # It reads only Binance's messages; for other inputs there is no such figure.
    if ! "$work/yardsticks/simdjson_book" "$work/messages.txt" $(cat "$work/scale") > "$work/simdjson.json"; then
        rm -f "$work/simdjson.json"
    fi

    "$work/yardsticks/memory_read" "$work/messages.txt" > "$work/memory_read.json"
fi

say "start and memory of the live process"
port=19184
starts=()
resident=0
for _ in 1 2 3 4 5; do
    mkdir "$work/live"
    begin=$(date +%s%N)
    (cd "$work/live" && exec "$lowlatency" live --quiet --metrics-port $port > out.txt 2>&1) &
    process=$!
    until curl -s "http://127.0.0.1:$port/metrics" \
        | grep -E '^lowlatency_book_messages_total' | grep -qvE ' 0$'; do
        if ! kill -0 $process 2> /dev/null || [ $(($(date +%s%N) - begin)) -gt 30000000000 ]; then
            echo "the live process did not start:" >&2
            cat "$work/live/out.txt" >&2
            exit 1
        fi

        sleep 0.005
    done
    starts+=($((($(date +%s%N) - begin) / 1000000)))
    sleep 8
    resident=$(awk '/VmRSS/ { print $2 * 1024 / 1e6 }' /proc/$process/status)
    kill -TERM $process
    wait $process || true
    rm -rf "$work/live"
done
start=$(printf '%s\n' "${starts[@]}" | sort -n | sed -n 3p)
echo "{\"start_ms\": $start, \"resident_megabytes\": $resident}" > "$work/process.json"

mkdir -p bench/results
target=bench/results/$(date -u +%Y-%m-%d-%H%M).md
{
    echo "# Figures of $(date -u +%Y-%m-%d)"
    echo
    echo "Made by \`bench/run.sh\` at commit $(git describe --always --dirty 2>/dev/null || echo unknown), on" \
        "$(if [ -n "$input" ]; then basename "$input"; else echo "a generated market"; fi)."
    echo
    echo "* processor: $(awk -F': ' '/model name/ { print $2; exit }' /proc/cpuinfo), $(nproc) cores" \
        "($(grep -qm1 avx512bw /proc/cpuinfo && echo 'AVX-512' || { grep -qm1 avx2 /proc/cpuinfo && echo AVX2; } \
        || echo 'no AVX2'))"
    echo "* memory: $(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo)"
    echo "* kernel: $(uname -sr); .NET $(dotnet --version)"
    echo "* load before: $(cut -d' ' -f1-3 /proc/loadavg)"
    echo
    bench table "$work"
    echo
    echo "## In full"
    for name in parse book replay recorder ring latency wire-Yield wire-Block symbols budgets process simdjson \
        memory_read ping_pong; do
        if [ -f "$work/$name.json" ]; then
            echo
            echo "### $name"
            echo
            echo '```json'
            cat "$work/$name.json"
            echo
            echo '```'
        fi
    done
} > "$target"
sed -n '/^| measured/,/^$/p' "$target"
echo "written to $target" >&2
