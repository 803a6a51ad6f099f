"""What every measured Python program says and hears: `go N` asks for the next N records, `done NANOSECONDS` answers."""

import faulthandler
import sys
import time
from collections.abc import Callable


def serve(run_round: Callable[[int], None]) -> None:
    """Serves rounds until standard input ends.

    `run_round` handles as many records as it is told and returns when they are handled.
    """
    faulthandler.cancel_dump_traceback_later()
    print("ready", flush=True)
    for line in sys.stdin:
        records = int(line.removeprefix("go "))
        start = time.perf_counter_ns()
        run_round(records)
        print("done", time.perf_counter_ns() - start, flush=True)


def note(name: str, value: str) -> None:
    """Says something about the round that ends, for the results. `name` is one word, `value` one line."""
    print("note", name, value, flush=True)
