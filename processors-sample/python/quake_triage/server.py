"""Serves the contract with asyncio gRPC on the generated stubs.

A batch is run in one go, on the event loop: triage computes and never waits, so groups gain nothing from running beside
each other, everything is settled before the next frame is read, and a Revoke or GoAway finds nothing open. A
processor that waits for a database would start a task per group instead and send Extend for batches that take long.
"""

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator

import grpc
from google.protobuf.duration_pb2 import Duration
from sluice.processor.v1 import processor_pb2 as pb
from sluice.processor.v1 import processor_pb2_grpc as pb_grpc
from sluice.processor.v1.processor_pb2 import GatewayFrame, ProcessorFrame

from quake_triage.batches import BatchProcessor

PROTOCOL = 1
MAX_FRAME_BYTES = 4 << 20
CREDIT = pb.Credit(max_outstanding_records=20_000, max_outstanding_bytes=32 << 20)
MAX_RESULT_BYTES = 256 << 10
DRAIN_SECONDS = 20
# After a Drain, batches that crossed it on the wire may still arrive; this long without one means there are none.
QUIET_SECONDS = 0.25

Context = grpc.aio.ServicerContext[GatewayFrame, ProcessorFrame]
log = logging.getLogger("quake_triage")


class Session:
    """One stream to a gateway."""

    def __init__(self, context: Context, processor: BatchProcessor, instance_id: str) -> None:
        self._context = context
        self._processor = processor
        self._instance_id = instance_id
        self._write_lock = asyncio.Lock()
        self._hello: pb.GatewayHello | None = None
        self._last_batch_id = -1
        self._last_batch_at = 0.0
        self._busy = False
        self._drained = asyncio.Event()

    async def run(self) -> None:
        """Serves the stream until the gateway ends it or it is drained."""
        await self._send(
            ProcessorFrame(
                hello=pb.ProcessorHello(
                    min_protocol=PROTOCOL,
                    max_protocol=PROTOCOL,
                    name="quake-triage",
                    version="0.1.0",
                    instance_id=self._instance_id,
                    credit=CREDIT,
                    max_frame_bytes=MAX_FRAME_BYTES,
                )
            )
        )
        reading = asyncio.create_task(self._read())
        drained = asyncio.create_task(self._drained.wait())
        await asyncio.wait({reading, drained}, return_when=asyncio.FIRST_COMPLETED)
        drained.cancel()
        if not reading.done():
            reading.cancel()
            return
        await reading

    async def drain(self) -> None:
        """Asks for no more batches, lets those on the wire arrive, then ends the stream."""
        loop = asyncio.get_running_loop()
        drain = pb.Drain(deadline=Duration(seconds=DRAIN_SECONDS), reason="the processor stops")
        await self._send(ProcessorFrame(drain=drain))
        deadline = loop.time() + DRAIN_SECONDS
        self._last_batch_at = loop.time()
        while True:
            now = loop.time()
            quiet_at = now + QUIET_SECONDS if self._busy else self._last_batch_at + QUIET_SECONDS
            wait = min(quiet_at, deadline) - now
            if wait <= 0:
                break
            await asyncio.sleep(wait)
        self._drained.set()

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()
        async for frame in self._frames():
            kind = frame.WhichOneof("frame")
            if kind == "batch":
                self._busy = True
                await self._on_batch(frame.batch)
                self._last_batch_at = loop.time()
                self._busy = False
            elif kind == "hello":
                await self._on_hello(frame.hello)
            elif kind == "go_away":
                self._log_go_away(frame.go_away)
                return
            elif kind != "revoke":
                await self._refuse("empty frame: hello, batch, revoke or go_away is needed")

    async def _frames(self) -> AsyncIterator[GatewayFrame]:
        while True:
            frame = await self._context.read()
            # At the end of the stream read() returns a marker instead of a frame.
            if not isinstance(frame, GatewayFrame):
                return
            yield frame

    async def _on_hello(self, hello: pb.GatewayHello) -> None:
        if self._hello is not None:
            await self._refuse("second hello on a stream: only the first frame may be one")
        if hello.protocol != PROTOCOL:
            await self._context.abort(
                grpc.StatusCode.FAILED_PRECONDITION,
                f"gateway speaks protocol {hello.protocol}, processor quake-triage speaks protocol {PROTOCOL}: "
                "no version in common",
            )
        self._hello = hello
        log.info("stream open pipeline=%s gateway=%s", hello.pipeline, hello.gateway_id)

    async def _on_batch(self, batch: pb.Batch) -> None:
        if self._hello is None:
            await self._refuse("batch before hello: the gateway's first frame must be its hello")
            return
        if not batch.records:
            await self._refuse(f"batch {batch.batch_id} has no records: at least one is needed")
        if batch.batch_id <= self._last_batch_id:
            await self._refuse(
                f"batch_id {batch.batch_id} after {self._last_batch_id}: ids must ascend within a stream"
            )
        self._last_batch_id = batch.batch_id
        max_bytes = min(MAX_RESULT_BYTES, (self._hello.max_frame_bytes or MAX_FRAME_BYTES) // 2)
        for result in self._processor.run(batch, max_bytes):
            await self._send(ProcessorFrame(results=pb.Results(batches=[result])))

    def _log_go_away(self, go_away: pb.GoAway) -> None:
        broken = go_away.cause == pb.GO_AWAY_CAUSE_PROTOCOL_ERROR
        log.log(
            logging.ERROR if broken else logging.INFO,
            "the gateway ends the stream cause=%s reason=%r",
            pb.GoAwayCause.Name(go_away.cause),
            go_away.reason[:1000],
        )

    async def _refuse(self, reason: str) -> None:
        log.error("stream closed: the gateway broke the contract reason=%s", reason)
        await self._context.abort(grpc.StatusCode.INVALID_ARGUMENT, reason)

    async def _send(self, frame: ProcessorFrame) -> None:
        """Replies of a stream go out one after the other; waits while the transport is full."""
        async with self._write_lock:
            await self._context.write(frame)


class QuakeTriage(pb_grpc.ProcessorServicer):
    """The contract's service."""

    def __init__(self, processor: BatchProcessor) -> None:
        self._processor = processor
        self._instance_id = str(uuid.uuid4())
        self._sessions: set[Session] = set()

    async def Process(  # type: ignore[override]  # read and write on the context, for speed
        self, request_iterator: AsyncIterator[GatewayFrame], context: Context
    ) -> None:
        """Serves one stream."""
        session = Session(context, self._processor, self._instance_id)
        self._sessions.add(session)
        try:
            await session.run()
        finally:
            self._sessions.discard(session)

    async def drain(self) -> None:
        """Ends all streams in an orderly way."""
        await asyncio.gather(*(s.drain() for s in self._sessions), return_exceptions=True)


class Server:
    """A running server."""

    def __init__(self, processor: BatchProcessor, port: int, host: str = "127.0.0.1") -> None:
        self._service = QuakeTriage(processor)
        self._server = grpc.aio.server(
            options=[
                ("grpc.max_receive_message_length", MAX_FRAME_BYTES),
                ("grpc.max_metadata_size", 8 << 10),
                ("grpc.so_reuseport", 0),
                ("grpc.keepalive_time_ms", 30_000),
                ("grpc.keepalive_timeout_ms", 10_000),
                ("grpc.keepalive_permit_without_calls", 1),
                ("grpc.http2.min_ping_interval_without_data_ms", 5_000),
            ]
        )
        pb_grpc.add_ProcessorServicer_to_server(self._service, self._server)
        self.port = self._server.add_insecure_port(f"{host}:{port}")

    async def start(self) -> None:
        """Starts to serve."""
        await self._server.start()

    async def close(self) -> None:
        """Drains and stops."""
        await self._service.drain()
        await self._server.stop(grace=2)
