#!/usr/bin/env python3
"""Prints classifications, one line per record."""

import argparse
import sys

from confluent_kafka import Consumer, KafkaException

from featherwire import SCHEMAS, Codec, kafka_config


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bootstrap", default="localhost:9092", help="Kafka brokers")
    parser.add_argument("--topic", default="classifications")
    parser.add_argument("--group", default="python-subscriber", help="consumer group")
    parser.add_argument("--registry", help="address of the schema registry, if one is used")
    parser.add_argument("--schemas", default=SCHEMAS, help="directory of the .avsc files")
    parser.add_argument("--count", type=int, default=0, help="stop after this number of classifications; 0: never")
    parser.add_argument("--kafka", action="append", default=[], metavar="KEY=VALUE", help="a setting of librdkafka")
    options = parser.parse_args()

    codec = Codec(options.topic, "Classification", options.registry, options.schemas)
    consumer = Consumer(
        kafka_config(
            options,
            **{
                "group.id": options.group,
                "auto.offset.reset": "earliest",
                # Hides results of transactions that were aborted after a crash.
                "isolation.level": "read_committed",
            },
        )
    )
    consumer.subscribe([options.topic])
    seen = 0
    try:
        while options.count == 0 or seen < options.count:
            message = consumer.poll(1.0)
            if message is None:
                continue
            if message.error():
                raise KafkaException(message.error())
            try:
                frame = codec.decode(message.value())
            except (ValueError, EOFError) as problem:
                print(f"{message.topic()}[{message.partition()}]@{message.offset()}: {problem}", file=sys.stderr)
                continue
            seen += 1
            took = (frame["classifiedAt"] - frame["capturedAt"]).total_seconds()
            print(
                f"{frame['classifiedAt']:%H:%M:%S} {frame['sensorId']} {frame['frameId']}: {frame['label']}"
                f" {frame['probability']:.0%}, {frame['payloadBytes']} B, {took * 1000:.0f} ms, bundle {frame['bundle'].hex()}",
                flush=True,
            )
    except KeyboardInterrupt:
        pass
    finally:
        consumer.close()


if __name__ == "__main__":
    main()
