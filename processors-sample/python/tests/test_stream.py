"""The sample over real gRPC on loopback; the test plays the gateway."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from sluice.processor.v1 import processor_pb2 as pb
from sluice.processor.v1.processor_pb2 import GatewayFrame, ProcessorFrame

from quake_triage.batches import BatchProcessor
from quake_triage.journal import Journal
from quake_triage.server import Server
from quake_triage.triage import Triage

GOOD = b'{"properties":{"type":"earthquake","mag":1}}'
BLAST = b'{"properties":{"type":"quarry blast","mag":1}}'
PATIENCE = 30

Stream = grpc.aio.StreamStreamCall[GatewayFrame, ProcessorFrame]


def run(test: Callable[[Stream, Server], Awaitable[None]], fail: float = 0.0, journal: Journal | None = None) -> None:
    """Runs a test on a stream to a sample of its own."""

    async def body() -> None:
        async with connected(fail, journal) as (stream, server):
            await asyncio.wait_for(test(stream, server), PATIENCE)

    asyncio.run(body())


@contextlib.asynccontextmanager
async def connected(fail: float, journal: Journal | None) -> AsyncIterator[tuple[Stream, Server]]:
    server = Server(BatchProcessor(Triage(), fail, journal), 0)
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        call: Any = channel.stream_stream(
            "/sluice.processor.v1.Processor/Process",
            request_serializer=GatewayFrame.SerializeToString,
            response_deserializer=ProcessorFrame.FromString,
        )
        yield call(), server
    await server.close()


def hello(protocol: int = 1, max_frame_bytes: int = 4 << 20) -> GatewayFrame:
    seconds = Duration(seconds=30)
    return GatewayFrame(
        hello=pb.GatewayHello(
            protocol=protocol, pipeline="quakes", lease=seconds, max_lease=seconds, max_frame_bytes=max_frame_bytes
        )
    )


def record(offset: int, group: int, value: bytes | None = GOOD, attempt: int = 1) -> pb.Record:
    return pb.Record(topic="quakes", partition=1, offset=offset, group=group, attempt=attempt, key=b"ci", value=value)


def batch(batch_id: int, *records: pb.Record) -> GatewayFrame:
    return GatewayFrame(batch=pb.Batch(batch_id=batch_id, records=records))


async def receive(stream: Stream) -> ProcessorFrame:
    frame = await stream.read()
    assert isinstance(frame, ProcessorFrame)
    return frame


async def ranges(stream: Stream) -> list[tuple[int, int, str]]:
    (result,) = (await receive(stream)).results.batches
    return [(v.first, v.count, pb.Outcome.Name(v.outcome).removeprefix("OUTCOME_")) for v in result.verdicts]


async def greet(stream: Stream) -> None:
    assert (await receive(stream)).HasField("hello")
    await stream.write(hello())


def test_the_first_frame_is_a_hello_with_credit() -> None:
    async def test(stream: Stream, _: Server) -> None:
        greeting = (await receive(stream)).hello
        assert (greeting.min_protocol, greeting.max_protocol, greeting.name) == (1, 1, "quake-triage")
        assert greeting.credit.max_outstanding_records == 20_000

    run(test)


def test_a_batch_of_plain_outcomes_is_one_range() -> None:
    async def test(stream: Stream, _: Server) -> None:
        await greet(stream)
        await stream.write(batch(1, *(record(i, i // 10) for i in range(1_000))))
        assert await ranges(stream) == [(0, 1000, "ACK")]

    run(test)


def test_a_reject_lets_its_group_go_on_and_a_retry_releases_the_rest() -> None:
    async def test(stream: Stream, _: Server) -> None:
        await greet(stream)
        await stream.write(
            batch(
                7,
                record(0, 1, BLAST, attempt=2),
                record(1, 1, None, attempt=2),
                record(2, 1, attempt=2),
                record(3, 2, attempt=1),
                record(4, 2, attempt=2),
                record(5, 3, attempt=2),
            )
        )
        assert await ranges(stream) == [
            (0, 1, "REJECT"),
            (1, 1, "REJECT"),
            (2, 1, "ACK"),
            (3, 1, "RETRY"),
            (4, 1, "RELEASE"),
            (5, 1, "ACK"),
        ]

    run(test, fail=1.0)


def test_the_chosen_records_are_those_of_the_java_sample() -> None:
    async def test(stream: Stream, _: Server) -> None:
        await greet(stream)
        await stream.write(batch(1, *(record(i, i) for i in range(40))))
        chosen = [i for first, count, o in await ranges(stream) if o == "RETRY" for i in range(first, first + count)]
        # The Java sample's test expects the same numbers.
        assert chosen == [0, 13, 15, 29, 31, 34]

    run(test, fail=0.2)


def test_the_journal_has_a_line_for_each_verdict_given(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")

    async def test(stream: Stream, _: Server) -> None:
        await greet(stream)
        await stream.write(batch(1, record(0, 1), record(1, 1, BLAST)))
        await ranges(stream)

    run(test, journal=journal)
    journal.close()
    lines = [line.split("\t") for line in (tmp_path / "journal").read_text().splitlines()]
    assert [line[:7] for line in lines] == [
        ["quakes", "1", "0", "Y2k=", "1", "ACK", "-"],
        ["quakes", "1", "1", "Y2k=", "1", "REJECT", "NOT_AN_EARTHQUAKE"],
    ]
    assert all(int(start) <= int(end) for *_, start, end in lines)


def test_results_are_split_to_fit_the_gateways_frames() -> None:
    async def test(stream: Stream, _: Server) -> None:
        assert (await receive(stream)).HasField("hello")
        await stream.write(hello(max_frame_bytes=16 << 10))
        await stream.write(batch(1, *(record(i, i, BLAST if i % 2 else GOOD) for i in range(2_000))))
        settled = frames = 0
        while settled < 2_000:
            frame = await receive(stream)
            assert frame.ByteSize() <= 16 << 10
            settled += sum(v.count for b in frame.results.batches for v in b.verdicts)
            frames += 1
        assert settled == 2_000
        assert frames > 1

    run(test)


def test_closing_sends_a_drain_settles_what_crosses_it_and_ends_the_stream() -> None:
    async def test(stream: Stream, server: Server) -> None:
        await greet(stream)
        closing = asyncio.create_task(server.close())
        assert (await receive(stream)).drain.reason == "the processor stops"
        await stream.write(batch(1, record(0, 1)))
        assert await ranges(stream) == [(0, 1, "ACK")]
        assert await stream.code() == grpc.StatusCode.OK
        await closing

    run(test)


def test_a_go_away_ends_the_stream() -> None:
    async def test(stream: Stream, _: Server) -> None:
        await greet(stream)
        await stream.write(batch(1, record(0, 1)))
        await stream.write(GatewayFrame(go_away=pb.GoAway(cause=pb.GO_AWAY_CAUSE_SHUTDOWN)))
        assert await ranges(stream) == [(0, 1, "ACK")]
        assert await stream.code() == grpc.StatusCode.OK

    run(test)


@pytest.mark.parametrize(
    ("frames", "code", "text"),
    [
        (
            [hello(2)],
            grpc.StatusCode.FAILED_PRECONDITION,
            "gateway speaks protocol 2, processor quake-triage speaks protocol 1: no version in common",
        ),
        (
            [batch(1, record(0, 1))],
            grpc.StatusCode.INVALID_ARGUMENT,
            "batch before hello: the gateway's first frame must be its hello",
        ),
        (
            [hello(), hello()],
            grpc.StatusCode.INVALID_ARGUMENT,
            "second hello on a stream: only the first frame may be one",
        ),
        (
            [hello(), batch(3, record(0, 1)), batch(3, record(1, 1))],
            grpc.StatusCode.INVALID_ARGUMENT,
            "batch_id 3 after 3: ids must ascend within a stream",
        ),
        (
            [hello(), GatewayFrame()],
            grpc.StatusCode.INVALID_ARGUMENT,
            "empty frame: hello, batch, revoke or go_away is needed",
        ),
    ],
)
def test_a_gateway_that_breaks_the_contract_is_told_how(
    frames: list[GatewayFrame], code: grpc.StatusCode, text: str
) -> None:
    async def test(stream: Stream, _: Server) -> None:
        for frame in frames:
            await stream.write(frame)
        with contextlib.suppress(grpc.aio.AioRpcError):
            while await stream.read() is not grpc.aio.EOF:
                pass
        assert await stream.code() == code
        assert await stream.details() == text

    run(test)
