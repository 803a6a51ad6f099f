#!/bin/sh
# Generates the contract's Python stubs into ./sluice. PYTHON: an interpreter with requirements.txt installed;
# with requirements-dev.txt installed too, the service's stubs get types as well.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-$here/.venv/bin/python}
proto=$here/../../proto

plugin=$(dirname "$python")/protoc-gen-mypy_grpc
set --
if [ -x "$plugin" ]; then
    set -- --plugin=protoc-gen-mypy_grpc="$plugin" --mypy_grpc_out="$here"
fi
"$python" -m grpc_tools.protoc -I "$proto" \
    --python_out="$here" --pyi_out="$here" --grpc_python_out="$here" "$@" \
    sluice/processor/v1/processor.proto
