"""A processor on the generated stubs alone that acknowledges whole batches. Between rounds it holds what it has been sent.

Usage: noop.py PORT WORK

WORK: 0, or microseconds of processor time for each record.
"""

import asyncio
import sys
import threading
import uuid

import grpc
from rounds import burn, serve
from sluice.processor.v1 import processor_pb2 as pb
from sluice.processor.v1 import processor_pb2_grpc as pb_grpc


class Gate:
    """Opened by the thread that hears of rounds, asked by the event loop."""

    def __init__(self) -> None:
        self.allowed = 0
        self.handled = 0
        self.opened = asyncio.Event()
        self.done = threading.Event()
        self.loop = asyncio.get_running_loop()

    def run_round(self, records: int) -> None:
        self.done.clear()
        self.loop.call_soon_threadsafe(self._open, records)
        self.done.wait()

    def _open(self, records: int) -> None:
        self.allowed += records
        self.opened.set()

    async def enter(self) -> None:
        while self.handled >= self.allowed:
            self.opened.clear()
            await self.opened.wait()

    def leave(self, records: int) -> None:
        self.handled += records
        if self.handled >= self.allowed:
            self.done.set()


class Noop(pb_grpc.ProcessorServicer):
    def __init__(self, gate: Gate, work: int) -> None:
        self._gate = gate
        self._work = work

    async def Process(self, request_iterator, context):  # type: ignore[no-untyped-def, override]
        credit = pb.Credit(max_outstanding_records=50_000, max_outstanding_bytes=64 << 20)
        hello = pb.ProcessorHello(
            min_protocol=1,
            max_protocol=1,
            name="noop",
            version="0",
            instance_id=str(uuid.uuid4()),
            credit=credit,
            max_frame_bytes=32 << 20,
        )
        await context.write(pb.ProcessorFrame(hello=hello))
        while True:
            frame = await context.read()
            if frame is grpc.aio.EOF:
                return
            if not frame.HasField("batch"):
                continue
            await self._gate.enter()
            records = len(frame.batch.records)
            if self._work:
                for _ in frame.batch.records:
                    burn(self._work)
            ack = pb.Verdict(first=0, count=records, outcome=pb.OUTCOME_ACK)
            result = pb.BatchResult(batch_id=frame.batch.batch_id, verdicts=[ack])
            await context.write(pb.ProcessorFrame(results=pb.Results(batches=[result])))
            self._gate.leave(records)


async def main(port: int, work: int) -> None:
    gate = Gate()
    server = grpc.aio.server(options=[("grpc.max_receive_message_length", 32 << 20)])
    pb_grpc.add_ProcessorServicer_to_server(Noop(gate, work), server)
    server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    await asyncio.to_thread(serve, gate.run_round)
    await server.stop(1)


asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
