"""How many records the workers of a processor may take and have handled: memory that they share with their parent.

Each number has one writer, and only grows. A pipe wakes the other side.
"""

import asyncio
import mmap
import os
import select

_BYTES = 8
_LOOK_SECONDS = 0.1


class Board:
    """Made before the workers are forked; the parent's side opens rounds and waits until they are over."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        numbers = memoryview(mmap.mmap(-1, _BYTES * (1 + 2 * workers))).cast("q")
        self._allowed = numbers[:1]
        self.taken = numbers[1 : 1 + workers]
        self.handled = numbers[1 + workers :]
        self._over, self._tells_over = os.pipe()
        self._bells = [os.pipe() for _ in range(workers)]
        os.set_blocking(self._over, False)

    @property
    def allowed(self) -> int:
        """Records of all rounds so far."""
        return self._allowed[0]

    def run_round(self, records: int) -> None:
        """Lets the workers take `records` more, and returns when as many are handled."""
        self._allowed[0] += records
        for _, bell in self._bells:
            os.write(bell, b".")
        while sum(self.handled) < self.allowed:
            # With a timeout: two workers that finish at once may each miss the other's last records.
            if select.select([self._over], [], [], _LOOK_SECONDS)[0]:
                os.read(self._over, 1024)

    def close(self) -> None:
        """Tells the workers to end."""
        for _, bell in self._bells:
            os.close(bell)

    def tell_over(self) -> None:
        """A worker's word that all records of the round seem to be handled."""
        os.write(self._tells_over, b".")

    def bell(self, worker: int) -> int:
        """The file descriptor that becomes readable for a worker when a round begins, and ends with the parent."""
        for i, (heard, rung) in enumerate(self._bells):
            os.close(rung)
            if i != worker:
                os.close(heard)
        return self._bells[worker][0]


class Gate:
    """A worker's side: between rounds it holds whoever brings records. For its event loop."""

    def __init__(self, board: Board, worker: int) -> None:
        self._board = board
        self._worker = worker
        self._opened = asyncio.Event()
        self.closed = asyncio.Event()
        self._bell = board.bell(worker)
        asyncio.get_running_loop().add_reader(self._bell, self._rung)

    def _rung(self) -> None:
        if os.read(self._bell, 1024):
            self._opened.set()
        else:
            asyncio.get_running_loop().remove_reader(self._bell)
            self.closed.set()

    async def enter(self, records: int) -> None:
        """Waits until records may be taken, and takes some; the last ones of a round may be a few too many."""
        while sum(self._board.taken) >= self._board.allowed:
            self._opened.clear()
            if sum(self._board.taken) >= self._board.allowed:
                await self._opened.wait()
        self._board.taken[self._worker] += records

    def leave(self, records: int) -> None:
        """They are handled and answered."""
        self._board.handled[self._worker] += records
        if sum(self._board.handled) >= self._board.allowed:
            self._board.tell_over()
