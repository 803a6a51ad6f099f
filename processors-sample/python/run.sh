#!/bin/sh
# Runs the sample; on first use makes a virtual environment. All arguments go to quake_triage.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
python=$here/.venv/bin/python

if ! [ -x "$python" ] || ! "$python" -c 'import grpc_tools, google.protobuf' 2>/dev/null; then
    python3 -m venv "$here/.venv"
    "$python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt" >&2
fi
PYTHONPATH=$here exec "$python" -m quake_triage "$@"
