#!/bin/sh
# Makes the virtual environment and the contract's stubs, where they are missing or old, and prints the interpreter's path.
# With requirements-dev.txt installed, the service's stubs get types as well.
set -eu
here=$(CDPATH='' cd "$(dirname "$0")" && pwd -P)
proto=$here/../../proto
file=sluice/processor/v1/processor.proto
python=$here/.venv/bin/python
made=$here/.venv/requirements.txt

if ! [ -x "$python" ] || ! cmp -s "$here/requirements.txt" "$made"; then
    echo "making the Python environment of the bench (first use; its packages are needed)" >&2
    python3 -m venv "$here/.venv" >&2
    "$python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt" >&2
    cp "$here/requirements.txt" "$made"
fi
stub=$here/sluice/processor/v1/processor_pb2_grpc.py
if ! [ -f "$stub" ] || [ "$proto/$file" -nt "$stub" ]; then
    plugin=
    if [ -x "$here/.venv/bin/protoc-gen-mypy_grpc" ]; then
        plugin="--plugin=protoc-gen-mypy_grpc=$here/.venv/bin/protoc-gen-mypy_grpc --mypy_grpc_out=quiet:$here"
    fi
    # $plugin is two words or none.
    # shellcheck disable=SC2086
    "$python" -m grpc_tools.protoc -I"$proto" --python_out="$here" --pyi_out="$here" --grpc_python_out="$here" $plugin "$file" >&2
fi
echo "$python"
