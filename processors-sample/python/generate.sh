#!/bin/sh
# Generates the contract's Python stubs into ./sluice. PYTHON: an interpreter with requirements.txt installed;
# with requirements-dev.txt installed too, the service's stubs get types as well.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
PYTHONPATH=$here exec "${PYTHON:-$here/.venv/bin/python}" -m quake_triage.stubs
