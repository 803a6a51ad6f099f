#!/bin/sh
# Runs the sample; on first use makes a virtual environment and the stubs. All arguments go to quake_triage.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
python=$here/.venv/bin/python
stubs=$here/sluice/processor/v1/processor_pb2_grpc.py

if ! [ -x "$python" ] || ! "$python" -c 'import grpc, google.protobuf' 2>/dev/null; then
    python3 -m venv "$here/.venv"
    "$python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt" >&2
fi
if ! [ -f "$stubs" ] || [ "$here/../../proto/sluice/processor/v1/processor.proto" -nt "$stubs" ]; then
    PYTHON=$python "$here/generate.sh"
fi
export PYTHONPATH="$here${PYTHONPATH:+:$PYTHONPATH}"
exec "$python" -m quake_triage "$@"
