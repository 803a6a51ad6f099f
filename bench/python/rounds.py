"""The measured end of a contender, in a process of its own: told `go N`, it handles the next N records and says `done NANOSECONDS`."""

import sys
import time
from collections.abc import Callable


def serve(run_round: Callable[[int], None]) -> None:
    """Serves rounds until standard input ends."""
    print("ready", flush=True)
    for line in sys.stdin:
        records = int(line.removeprefix("go "))
        start = time.perf_counter_ns()
        run_round(records)
        print("done", time.perf_counter_ns() - start, flush=True)


def burn(microseconds: int) -> None:
    """Keeps the processor busy, as business logic does that computes."""
    end = time.perf_counter_ns() + microseconds * 1000
    while time.perf_counter_ns() < end:
        pass
