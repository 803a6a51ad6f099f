"""Generates the contract's stubs into ./sluice, from ../../proto: `python -m quake_triage.stubs`."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
PROTO_ROOT = HOME.parent.parent / "proto"
PROTO = "sluice/processor/v1/processor.proto"
_NEWEST = HOME / "sluice/processor/v1/processor_pb2_grpc.py"


def ensure() -> None:
    """Generates the stubs if there are none, or if the contract is newer."""
    proto = PROTO_ROOT / PROTO
    if not _NEWEST.exists() or (proto.exists() and proto.stat().st_mtime > _NEWEST.stat().st_mtime):
        generate()


def generate() -> None:
    """Generates the stubs; each file is moved into place whole, for processes that start at the same time."""
    with tempfile.TemporaryDirectory(dir=HOME, prefix=".stubs-") as made:
        command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{PROTO_ROOT}"]
        command += [f"--python_out={made}", f"--pyi_out={made}", f"--grpc_python_out={made}"]
        # With requirements-dev.txt installed: types for the service too.
        plugin = Path(sys.executable).with_name("protoc-gen-mypy_grpc")
        if plugin.exists():
            command += [f"--plugin=protoc-gen-mypy_grpc={plugin}", f"--mypy_grpc_out=quiet:{made}"]
        if subprocess.run([*command, PROTO], check=False).returncode != 0:
            sys.exit(f"quake-triage: no stubs could be generated from {PROTO_ROOT / PROTO}")
        for file in sorted(Path(made).rglob("*.py*")):
            target = HOME / file.relative_to(made)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(file, target)
        _NEWEST.touch()


if __name__ == "__main__":
    generate()
