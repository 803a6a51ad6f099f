"""The consumer loops that people write in Python today, each with the commits it is written with.

Usage: loops.py LOOP BOOTSTRAP TOPIC GROUP WORK

LOOP: one of LOOPS below. WORK: none, cpu:MICROSECONDS or wait:MICROSECONDS. One record after the other: none of these
libraries keeps the order of keys while it handles several records of a partition.
"""

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass

from rounds import serve
from work import Work

BATCH = 1000
# It is not polled between rounds.
MAX_POLL_MS = 3_600_000
SESSION_MS = 1_800_000


@dataclass(frozen=True)
class Source:
    """Where a loop reads, and with which group it commits."""

    bootstrap: str
    topic: str
    group: str


def confluent(commit: str, source: Source, work: Work) -> None:
    """confluent-kafka. `commit`: batch, as `consume(1000)` and one commit; async or sync, a commit for each record."""
    from confluent_kafka import Consumer

    handle = work.handler()
    consumer = Consumer(
        {
            "bootstrap.servers": source.bootstrap,
            "group.id": source.group,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "max.poll.interval.ms": MAX_POLL_MS,
            # What a pause between rounds leaves full would keep it from fetching for up to a second of the next round,
            # by default; a loop that runs on and is behind never meets that.
            "fetch.queue.backoff.ms": 5,
        }
    )
    consumer.subscribe([source.topic])
    while not consumer.assignment():
        consumer.poll(0.1)
    consumer.pause(consumer.assignment())

    def run_round(records: int) -> None:
        # Its threads read up to 64 MiB ahead, also between rounds: most of a round would be in memory before its time
        # begins, and fetched at others' expense. So it holds still, and begins a round with nothing in hand.
        consumer.resume(consumer.assignment())
        (batches if commit == "batch" else each)(records)
        # Commits that are still queued belong to the round that asked for them.
        reached = [place for place in consumer.position(consumer.assignment()) if place.offset >= 0]
        consumer.commit(offsets=reached, asynchronous=False)
        consumer.pause(consumer.assignment())

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
            # Between rounds its event loop stands still, so that nothing else is disturbed, and with it the heartbeat.
            session_timeout_ms=SESSION_MS,
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
    "confluent-async": lambda source, work: confluent("async", source, work),
    "confluent-sync": lambda source, work: confluent("sync", source, work),
    "kafka-python": kafka_python,
    "aiokafka": aiokafka,
}

if __name__ == "__main__":
    LOOPS[sys.argv[1]](Source(sys.argv[2], sys.argv[3], sys.argv[4]), Work.parse(sys.argv[5]))
