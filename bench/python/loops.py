"""The consumer loops that people write in Python today, each with the commits it is written with.

Usage: loops.py LOOP BOOTSTRAP TOPIC GROUP WORK

LOOP: one of LOOPS below. WORK: 0, or microseconds of processor time for each record.
"""

import asyncio
import sys
from collections.abc import Callable

from rounds import burn, serve

BATCH = 1000


def confluent(commit: str, bootstrap: str, topic: str, group: str, work: int) -> None:
    from confluent_kafka import Consumer

    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": group,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "max.poll.interval.ms": 3_600_000,
        }
    )
    consumer.subscribe([topic])
    while not consumer.assignment():
        consumer.poll(0.1)

    def each(records: int, asynchronous: bool) -> None:
        while records:
            message = consumer.poll(1.0)
            if message is None:
                continue
            assert message.error() is None
            if work:
                burn(work)
            consumer.commit(message, asynchronous=asynchronous)
            records -= 1

    def batches(records: int) -> None:
        while records:
            messages = consumer.consume(min(records, BATCH), 1.0)
            for message in messages:
                assert message.error() is None
                if work:
                    burn(work)
            if messages:
                consumer.commit(asynchronous=True)
            records -= len(messages)

    runs: dict[str, Callable[[int], None]] = {
        "batch": batches,
        "async": lambda records: each(records, True),
        "sync": lambda records: each(records, False),
    }
    serve(runs[commit])
    consumer.close()


def kafka_python(bootstrap: str, topic: str, group: str, work: int) -> None:
    from kafka import KafkaConsumer

    consumer = KafkaConsumer(
        topic,
        bootstrap_servers=bootstrap,
        group_id=group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_poll_interval_ms=3_600_000,
        max_poll_records=BATCH,
    )
    while not consumer.assignment():
        consumer.poll(100)

    def batches(records: int) -> None:
        while records:
            polled = consumer.poll(1000, max_records=min(records, BATCH))
            for messages in polled.values():
                for _ in messages:
                    if work:
                        burn(work)
                records -= len(messages)
            if polled:
                consumer.commit_async()

    serve(batches)
    consumer.close()


def aiokafka(bootstrap: str, topic: str, group: str, work: int) -> None:
    from aiokafka import AIOKafkaConsumer

    loop = asyncio.new_event_loop()

    async def start() -> AIOKafkaConsumer:
        consumer = AIOKafkaConsumer(
            topic,
            bootstrap_servers=bootstrap,
            group_id=group,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            max_poll_interval_ms=3_600_000,
        )
        await consumer.start()
        return consumer

    async def batches(consumer: AIOKafkaConsumer, records: int) -> None:
        while records:
            polled = await consumer.getmany(timeout_ms=1000, max_records=min(records, BATCH))
            for messages in polled.values():
                for _ in messages:
                    if work:
                        burn(work)
                records -= len(messages)
            if polled:
                await consumer.commit()

    consumer = loop.run_until_complete(start())
    serve(lambda records: loop.run_until_complete(batches(consumer, records)))
    loop.run_until_complete(consumer.stop())


LOOPS: dict[str, Callable[[str, str, str, int], None]] = {
    "confluent-batch": lambda *a: confluent("batch", *a),
    "confluent-async": lambda *a: confluent("async", *a),
    "confluent-sync": lambda *a: confluent("sync", *a),
    "kafka-python": kafka_python,
    "aiokafka": aiokafka,
}

if __name__ == "__main__":
    LOOPS[sys.argv[1]](sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5]))
