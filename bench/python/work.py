"""What is done with each record: the same business logic for every contender.

`none`; `cpu:MICROSECONDS` of processor time; `wait:MICROSECONDS` for something that is elsewhere.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Work:
    """A kind of work and its length in microseconds."""

    kind: str
    microseconds: int

    @staticmethod
    def parse(text: str) -> "Work":
        """Reads `none`, `cpu:50` or `wait:5000`; raises ValueError with one line otherwise."""
        kind, _, length = text.partition(":")
        if text != "none" and (kind not in ("cpu", "wait") or not length.isdigit()):
            raise ValueError(f"work: {text!r} given, none, cpu:MICROSECONDS or wait:MICROSECONDS allowed")
        return Work(kind, int(length or 0))

    @property
    def waits(self) -> bool:
        """Whether records that may go side by side gain from it."""
        return self.kind == "wait"

    def handler(self) -> Callable[[bytes | None], None]:
        """The logic as a plain function of a record's value; it waits by blocking its thread."""
        if self.kind == "cpu":
            return self._burn
        return self._block if self.waits else _nothing

    def async_handler(self) -> Callable[[bytes | None], Awaitable[None]]:
        """The logic as a coroutine, for work that waits."""
        return self._wait

    def _burn(self, value: bytes | None) -> None:
        # Time of this thread, not of the clock: a process that is kept waiting for a processor has not worked.
        end = time.thread_time_ns() + self.microseconds * 1000
        while time.thread_time_ns() < end:
            pass

    def _block(self, value: bytes | None) -> None:
        time.sleep(self.microseconds / 1e6)

    async def _wait(self, value: bytes | None) -> None:
        await asyncio.sleep(self.microseconds / 1e6)


def _nothing(value: bytes | None) -> None:
    pass
