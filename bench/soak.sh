#!/usr/bin/env bash
# Runs the live process on the embedded venue at twenty times real time, with a warm-up of ten minutes and thirty minutes
# that are evaluated, and reports growth: resident memory, collections, handles, threads. Exit code 1 if a limit is
# exceeded. A line with the figures is appended to bench/results/soak.txt.
#
#   bench/soak.sh [--minutes 40] [--speed 20] [--warm-up-seconds 600] [--input FILE] [--samples FILE.csv]
#                 [--megabytes-an-hour 6] [--results FILE]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

dotnet build "$here/../LowLatency.sln" -c Release -v quiet >&2
exec dotnet "$here/bin/Release/net10.0/LowLatency.Bench.dll" soak \
    --program "$here/../engine/host/bin/Release/net10.0/lowlatency" \
    --results "$here/results/soak.txt" "$@"
