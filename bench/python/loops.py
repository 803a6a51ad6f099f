"""The consumer loops that people write in Python today, each with the commits it is written with.

Usage: loops.py LOOP BOOTSTRAP TOPIC GROUP WORK

LOOP: one of LOOPS below. WORK: none, cpu:MICROSECONDS or wait:MICROSECONDS. One record after the other: none of these
libraries keeps the order of keys while it handles several records of a partition.

Settings are the libraries' own, but for what a pause needs: between rounds the process is stopped as a whole (SIGSTOP),
so that it goes on with what it had in hand, as if there had been none. So timeouts outlast a pause.
"""

import asyncio
import faulthandler
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from rounds import note, serve
from work import Work

BATCH = 1000
START_SECONDS = 40
# Longer than any pause between rounds.
MAX_POLL_MS = 3_600_000
SESSION_MS = 1_800_000
REQUEST_MS = 300_000
# librdkafka looks again after so long whether its full queue has room; by default a second, in which it delivers at
# most the 100,000 records of that queue.
TUNED = {"fetch.queue.backoff.ms": 5}


@dataclass(frozen=True)
class Source:
    """Where a loop reads, and with which group it commits."""

    bootstrap: str
    topic: str
    group: str


def confluent(commit: str, source: Source, work: Work, more: dict[str, int] | None = None) -> None:
    """confluent-kafka. `commit`: batch, as `consume(1000)` and one commit; async or sync, a commit for each record.

    Asynchronous commits for each record are asked for much faster than a broker answers: they queue, in memory that
    grows as long as the loop runs. So a round is over when they are answered, and it notes when the records were
    handled.
    """
    from confluent_kafka import Consumer

    handle = work.handler()
    consumer = Consumer(
        {
            "bootstrap.servers": source.bootstrap,
            "group.id": source.group,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "max.poll.interval.ms": MAX_POLL_MS,
            "session.timeout.ms": SESSION_MS,
            "socket.timeout.ms": REQUEST_MS,
            **(more or {}),
        }
    )
    consumer.subscribe([source.topic])
    while not consumer.assignment():
        # Tells of the assignment, and does not wait for the first record.
        consumer.poll(0)
        time.sleep(0.05)

    def run_round(records: int) -> None:
        start = time.perf_counter_ns()
        (batches if commit == "batch" else each)(records)
        if commit == "async":
            note("unsettled_ns", str(time.perf_counter_ns() - start))
        reached = [place for place in consumer.position(consumer.assignment()) if place.offset >= 0]
        consumer.commit(offsets=reached, asynchronous=False)

    def each(records: int) -> None:
        while records:
            message = consumer.poll(1.0)
            if message is None:
                continue
            assert message.error() is None
            handle(message.value())
            if commit == "async":
                consumer.commit(message=message, asynchronous=True)
            else:
                consumer.commit(message=message, asynchronous=False)
            records -= 1

    def batches(records: int) -> None:
        while records:
            messages = consumer.consume(min(records, BATCH), 1.0)
            for message in messages:
                assert message.error() is None
                handle(message.value())
            if messages:
                consumer.commit(asynchronous=True)
            records -= len(messages)

    serve(run_round)
    consumer.close()


def kafka_python(source: Source, work: Work) -> None:
    """kafka-python, with a commit for each poll."""
    from kafka import KafkaConsumer

    handle = work.handler()
    consumer = KafkaConsumer(
        source.topic,
        bootstrap_servers=source.bootstrap,
        group_id=source.group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_poll_interval_ms=MAX_POLL_MS,
        session_timeout_ms=SESSION_MS,
        request_timeout_ms=REQUEST_MS,
        max_poll_records=BATCH,
    )
    while not consumer.assignment():
        consumer.poll(100)

    def batches(records: int) -> None:
        while records:
            polled = consumer.poll(1000, max_records=min(records, BATCH))
            for messages in polled.values():
                for message in messages:
                    handle(message.value)
                records -= len(messages)
            if polled:
                consumer.commit_async()
        # What is still on its way belongs to this round.
        consumer.commit()

    serve(batches)
    consumer.close()


def aiokafka(source: Source, work: Work) -> None:
    """aiokafka, with a commit for each batch."""
    from aiokafka import AIOKafkaConsumer

    handle = work.handler()
    handle_async = work.async_handler() if work.waits else None
    loop = asyncio.new_event_loop()

    async def start() -> AIOKafkaConsumer:
        consumer = AIOKafkaConsumer(
            source.topic,
            bootstrap_servers=source.bootstrap,
            group_id=source.group,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            max_poll_interval_ms=MAX_POLL_MS,
            session_timeout_ms=SESSION_MS,
            request_timeout_ms=REQUEST_MS,
        )
        await consumer.start()
        return consumer

    async def batches(consumer: AIOKafkaConsumer, records: int) -> None:
        while records:
            polled = await consumer.getmany(timeout_ms=1000, max_records=min(records, BATCH))
            for messages in polled.values():
                for message in messages:
                    if handle_async:
                        await handle_async(message.value)
                    else:
                        handle(message.value)
                records -= len(messages)
            if polled:
                await consumer.commit()

    consumer = loop.run_until_complete(start())
    serve(lambda records: loop.run_until_complete(batches(consumer, records)))
    loop.run_until_complete(consumer.stop())


LOOPS: dict[str, Callable[[Source, Work], None]] = {
    "confluent-batch": lambda source, work: confluent("batch", source, work),
    "confluent-batch-tuned": lambda source, work: confluent("batch", source, work, TUNED),
    "confluent-async": lambda source, work: confluent("async", source, work),
    "confluent-sync": lambda source, work: confluent("sync", source, work),
    "kafka-python": kafka_python,
    "aiokafka": aiokafka,
}

if __name__ == "__main__":
    # A start that hangs ends, and says where it hung.
    faulthandler.dump_traceback_later(START_SECONDS, exit=True)
    LOOPS[sys.argv[1]](Source(sys.argv[2], sys.argv[3], sys.argv[4]), Work.parse(sys.argv[5]))
