"""Appends a line for each verdict, so that a test can check order, loss and duplicates."""

import asyncio
from base64 import b64encode
from pathlib import Path

from sluice.processor.v1.processor_pb2 import Record

from quake_triage.triage import Verdict

_FLUSH_SECONDS = 0.1


def line(record: Record, verdict: Verdict, start_ns: int, end_ns: int) -> str:
    """Tab-separated: topic, partition, offset, key in base64 or -, attempt, outcome, code or -, start, end."""
    key = b64encode(record.key).decode() if record.HasField("key") else "-"
    return (
        f"{record.topic}\t{record.partition}\t{record.offset}\t{key}\t{record.attempt}"
        f"\t{verdict.outcome.name}\t{verdict.code or '-'}\t{start_ns}\t{end_ns}\n"
    )


class Journal:
    """A file of verdicts, flushed at least every 200 ms while `flush_forever` runs. For one thread."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8", newline="\n", buffering=1 << 16)

    def add(self, record: Record, verdict: Verdict, start_ns: int, end_ns: int) -> None:
        """Appends a verdict; times are nanoseconds of a clock that only this process shares."""
        self._file.write(line(record, verdict, start_ns, end_ns))

    async def flush_forever(self) -> None:
        """Flushes until cancelled."""
        while True:
            await asyncio.sleep(_FLUSH_SECONDS)
            self._file.flush()

    def close(self) -> None:
        """Writes what is left."""
        self._file.close()
