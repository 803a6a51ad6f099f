"""Command line of the sample."""

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from quake_triage.batches import BatchProcessor
from quake_triage.journal import Journal
from quake_triage.server import Server
from quake_triage.triage import Triage

log = logging.getLogger("quake_triage")


def _number(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if text.isascii() and text.isdigit() and low <= int(text) <= high:
            return int(text)
        raise argparse.ArgumentTypeError(f"{text}: a number from {low} to {high} is allowed")

    return parse


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if 0 <= share <= 1:
        return share
    raise argparse.ArgumentTypeError(f"{text}: a share from 0 to 1 is allowed")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="quake-triage",
        description="Serves the quake-triage processor to Sluice gateways.",
    )
    parser.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help="address to listen on")
    parser.add_argument("--port", type=_number(0, 65_535), default=0, help="port to listen on, 0 for any free one")
    parser.add_argument(
        "--fail", type=_share, default=0.0, metavar="SHARE", help="share of records whose first attempt fails"
    )
    parser.add_argument("--journal", type=Path, metavar="FILE", help="append a line for each verdict")
    parser.add_argument("--port-file", type=Path, metavar="FILE", help="write the bound port to a file when listening")
    parser.add_argument(
        "--concurrency",
        type=_number(1, 1_000),
        default=1,
        metavar="N",
        help="as in the Java sample; here it changes nothing, because triage never waits",
    )
    return parser


def _announce(host: str, port: int, port_file: Path | None) -> None:
    if port_file is not None:
        # Moved into place whole: who waits for the file never reads half a number.
        part = port_file.with_name(port_file.name + ".part")
        part.write_text(f"{port}\n")
        os.replace(part, port_file)
    print(f"listening on {host}:{port}", flush=True)


async def _serve(options: argparse.Namespace) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    triage = Triage()
    journal = Journal(options.journal) if options.journal else None
    server = Server(BatchProcessor(triage, options.fail, journal), options.port, options.host)
    await server.start()
    flushing = asyncio.create_task(journal.flush_forever()) if journal else None
    _announce(options.host, server.port, options.port_file)
    await stop.wait()
    await server.close()
    if journal and flushing:
        flushing.cancel()
        journal.close()
    counts = " ".join(f"{level}={count}" for level, count in triage.counts.items())
    log.info("stopped %s rejected=%d", counts, triage.rejected)


def main() -> None:
    """Serves until SIGTERM or SIGINT, then drains and exits with 0."""
    options = _parser().parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)-5s %(message)s", stream=sys.stderr)
    try:
        asyncio.run(_serve(options))
    except (OSError, RuntimeError) as error:
        sys.exit(f"quake-triage: {error}")
