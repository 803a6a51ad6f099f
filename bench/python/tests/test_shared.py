import asyncio
import os
import threading

from shared import Board, Gate


async def handle(gate: Gate, records: int) -> None:
    """A worker that takes single records until the parent closes."""
    for _ in range(records):
        await gate.enter(1)
        gate.leave(1)


def test_a_round_lets_its_records_through_and_holds_the_next_one() -> None:
    board = Board(1)
    worker = threading.Thread(target=lambda: asyncio.run(serve(board)))
    worker.start()

    board.run_round(3)
    assert list(board.handled) == [3]
    board.run_round(2)
    assert list(board.handled) == [5]

    board.close()
    worker.join(10)
    assert not worker.is_alive()


async def serve(board: Board) -> None:
    # The parent's ends of the pipes stay open: it is the same process.
    gate = Gate(OneProcess(board), 0)
    handling = asyncio.create_task(handle(gate, 1_000))
    await gate.closed.wait()
    handling.cancel()


class OneProcess(Board):
    """The same board for a worker that is a thread: closes nothing that the parent uses."""

    def __init__(self, board: Board) -> None:
        self.__dict__.update(board.__dict__)

    def bell(self, worker: int) -> int:
        return os.dup(self._bells[worker][0])
