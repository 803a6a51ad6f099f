"""Runs a whole batch through the triage and joins equal verdicts of neighbours into ranges."""

import time
import zlib
from collections.abc import Iterator

from sluice.processor.v1 import processor_pb2 as pb
from sluice.processor.v1.processor_pb2 import Batch, BatchResult, Record

from quake_triage.journal import Journal
from quake_triage.triage import ACK, RELEASE, SIMULATED, Outcome, Triage, Verdict

_OUTCOMES = {
    Outcome.ACK: pb.OUTCOME_ACK,
    Outcome.RETRY: pb.OUTCOME_RETRY,
    Outcome.REJECT: pb.OUTCOME_REJECT,
    Outcome.RELEASE: pb.OUTCOME_RELEASE,
}
_RANGE_BYTES = 32


class BatchProcessor:
    """The handler around the triage: simulated failures, groups, journal."""

    def __init__(self, triage: Triage, fail_share: float, journal: Journal | None) -> None:
        self._triage = triage
        self._fail_below = fail_share * 2**32
        self._journal = journal

    def run(self, batch: Batch, max_bytes: int) -> Iterator[BatchResult]:
        """Verdicts of a batch, in parts of about `max_bytes`; a batch of plain outcomes is one part."""
        result = BatchResult(batch_id=batch.batch_id)
        size = first = 0
        current = ACK
        for index, verdict in enumerate(self._verdicts(batch)):
            if verdict == current:
                continue
            if index > first:
                size += self._add(result, first, index - first, current)
            if size >= max_bytes:
                yield result
                result = BatchResult(batch_id=batch.batch_id)
                size = 0
            first, current = index, verdict
        self._add(result, first, len(batch.records) - first, current)
        yield result

    @staticmethod
    def _add(result: BatchResult, first: int, count: int, verdict: Verdict) -> int:
        result.verdicts.add(
            first=first,
            count=count,
            outcome=_OUTCOMES[verdict.outcome],
            code=verdict.code,
            reason=verdict.reason,
        )
        return _RANGE_BYTES + 3 * (len(verdict.code) + len(verdict.reason))

    def _verdicts(self, batch: Batch) -> Iterator[Verdict]:
        """A verdict for each record. After a failure the rest of its group must come again in order: RELEASE."""
        stopped_group = -1
        for record in batch.records:
            if record.group == stopped_group:
                yield RELEASE
                continue
            verdict = self._journaled(record) if self._journal else self._handle(record)
            if verdict.outcome is Outcome.RETRY:
                stopped_group = record.group
            yield verdict

    def _handle(self, record: Record) -> Verdict:
        if self._fail_below and record.attempt <= 1 and self._is_chosen(record):
            return SIMULATED
        return self._triage.decide(record.value if record.HasField("value") else None)

    def _journaled(self, record: Record) -> Verdict:
        start_ns = time.monotonic_ns()
        verdict = self._handle(record)
        if self._journal:
            self._journal.add(record, verdict, start_ns, time.monotonic_ns())
        return verdict

    def _is_chosen(self, record: Record) -> bool:
        """Always the same records, and the same ones as in the Java sample."""
        place = f"{record.topic}/{record.partition}/{record.offset}"
        return _mixed(zlib.crc32(place.encode())) < self._fail_below


def _mixed(crc: int) -> int:
    """A CRC alone gives neighbouring offsets neighbouring values, which chooses too few or too many of them."""
    mixed = (crc ^ (crc >> 16)) * 0x85EBCA6B & 0xFFFFFFFF
    mixed = (mixed ^ (mixed >> 13)) * 0xC2B2AE35 & 0xFFFFFFFF
    return mixed ^ (mixed >> 16)
