#!/bin/sh
# Checks the contract: style, and that it still understands everything baseline/v1.binpb does.
#
#   proto/check.sh             lint and breaking changes
#   proto/check.sh baseline    writes the baseline anew; only after additions, and only when the check passes
set -eu
cd "$(dirname "$0")"
buf() { npx --yes @bufbuild/buf@1.75.0 "$@"; }

buf lint
buf breaking --against baseline/v1.binpb
if [ "${1:-}" = baseline ]; then
    buf build --exclude-source-info -o baseline/v1.binpb
fi
echo "contract: ok"
