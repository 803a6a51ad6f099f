"""A processor on the generated stubs alone, with asyncio gRPC. Between rounds it holds what it has been sent.

Usage: processor.py WORK PORT...

WORK: none, cpu:MICROSECONDS or wait:MICROSECONDS. One process for each PORT.

Each record's value is handed to the work as a Python object, and a batch is answered by one range. Work that does not
wait runs in one go, without a task for each record; work that waits runs in a task for each group, the records of a
group one after the other.
"""

import asyncio
import os
import signal
import sys
import uuid
from collections.abc import AsyncIterator, Iterable
from itertools import groupby
from operator import attrgetter

from rounds import note, serve
from shared import Board, Gate
from work import Work

CREDIT_RECORDS = 50_000
CREDIT_BYTES = 64 << 20
MAX_FRAME_BYTES = 32 << 20


async def work(port: int, what: Work, gate: Gate) -> None:
    """Serves the contract until the parent ends."""
    # Not before the fork: gRPC has threads.
    import grpc
    from sluice.processor.v1 import processor_pb2 as pb
    from sluice.processor.v1 import processor_pb2_grpc as pb_grpc

    Context = grpc.aio.ServicerContext[pb.GatewayFrame, pb.ProcessorFrame]
    handle = what.handler()
    handle_async = what.async_handler()

    def answer(batch: pb.Batch) -> pb.ProcessorFrame:
        ack = pb.Verdict(first=0, count=len(batch.records), outcome=pb.OUTCOME_ACK)
        return pb.ProcessorFrame(results=pb.Results(batches=[pb.BatchResult(batch_id=batch.batch_id, verdicts=[ack])]))

    async def one_after_the_other(records: Iterable[pb.Record]) -> None:
        for record in records:
            await handle_async(record.value)

    class Processor(pb_grpc.ProcessorServicer):
        async def Process(  # type: ignore[override]  # read and write on the context, for speed
            self, request_iterator: AsyncIterator[pb.GatewayFrame], context: Context
        ) -> None:
            writing = asyncio.Lock()
            open_batches: set[asyncio.Task[None]] = set()

            async def side_by_side(batch: pb.Batch) -> None:
                groups = [list(records) for _, records in groupby(batch.records, attrgetter("group"))]
                await asyncio.gather(*(one_after_the_other(records) for records in groups))
                async with writing:
                    await context.write(answer(batch))
                gate.leave(len(batch.records))

            hello = pb.ProcessorHello(
                min_protocol=1,
                max_protocol=1,
                name="bench-python",
                instance_id=str(uuid.uuid4()),
                credit=pb.Credit(max_outstanding_records=CREDIT_RECORDS, max_outstanding_bytes=CREDIT_BYTES),
                max_frame_bytes=MAX_FRAME_BYTES,
            )
            await context.write(pb.ProcessorFrame(hello=hello))
            while isinstance(frame := await context.read(), pb.GatewayFrame):
                if not frame.HasField("batch"):
                    continue
                batch = frame.batch
                await gate.enter(len(batch.records))
                if what.waits:
                    task = asyncio.create_task(side_by_side(batch))
                    open_batches.add(task)
                    task.add_done_callback(open_batches.discard)
                    continue
                for record in batch.records:
                    handle(record.value)
                await context.write(answer(batch))
                gate.leave(len(batch.records))

    server = grpc.aio.server(options=[("grpc.max_receive_message_length", MAX_FRAME_BYTES), ("grpc.so_reuseport", 0)])
    pb_grpc.add_ProcessorServicer_to_server(Processor(), server)
    server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    await gate.closed.wait()
    await server.stop(1)


async def run_worker(board: Board, worker: int, port: int, what: Work) -> None:
    """One process: its gate and its server."""
    await work(port, what, Gate(board, worker))


def run_round(board: Board, records: int) -> None:
    """A round of all workers; notes how many records each of them handled."""
    before = list(board.handled)
    board.run_round(records)
    note("handled", "/".join(str(now - then) for now, then in zip(board.handled, before, strict=True)))


def main(what: Work, ports: list[int]) -> None:
    """Forks the workers and serves rounds; a worker that dies ends the program."""
    board = Board(len(ports))
    pids: list[int] = []
    for worker, port in enumerate(ports):
        pid = os.fork()
        if pid == 0:
            asyncio.run(run_worker(board, worker, port, what))
            os._exit(0)
        pids.append(pid)
    signal.signal(signal.SIGCHLD, lambda *_: sys.exit("a worker has ended"))
    serve(lambda records: run_round(board, records))
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    board.close()
    for pid in pids:
        os.waitpid(pid, 0)


if __name__ == "__main__":
    main(Work.parse(sys.argv[1]), [int(port) for port in sys.argv[2:]])
