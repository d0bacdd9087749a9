#!/usr/bin/env bash
# Builds, tests, packs and tags a release: deploy/release.sh VERSION [--run]. Without --run it only says what it would do.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
    echo "release: $1" >&2
    exit 2
}

[ $# -ge 1 ] && [ $# -le 2 ] || fail "usage: deploy/release.sh VERSION [--run], for example deploy/release.sh 0.2.0"
version=$1
mode=${2:-}
[ -z "$mode" ] || [ "$mode" = --run ] || fail "unknown option '$mode'; the only one is --run"
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]] || fail "'$version' is not a version such as 0.2.0 or 0.2.0-rc.1"
[ -z "$(git status --porcelain)" ] || fail "the work tree has uncommitted changes: commit or stash them first"
git rev-parse -q --verify "refs/tags/v$version" >/dev/null && fail "the tag v$version exists already"
grep -q "^## $version" CHANGELOG.md || fail "CHANGELOG.md has no section '## $version'"
grep -q "<Version>$version</Version>" Directory.Build.props || fail "Directory.Build.props does not say <Version>$version</Version>"

step() {
    echo "+ $*"
    if [ "$mode" = --run ]; then
        "$@"
    fi
}

step dotnet restore LowLatency.sln --locked-mode
step dotnet build LowLatency.sln -c Release --no-restore
step dotnet test LowLatency.sln -c Release --no-build
# What an author of a strategy builds and tests against, with everything that it references.
for project in engine/core engine/strategies engine/runtime feeds recorder replay testing; do
    step dotnet pack "$project" -c Release --no-build -o artifacts
done
step git tag -a "v$version" -m "LowLatency $version"
[ "$mode" = --run ] || echo "release: nothing was done; add --run to do it"
