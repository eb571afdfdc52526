#!/usr/bin/env python3
"""Publishes the JPEG and PNG files of a directory as the images of one sensor."""

import argparse
import datetime
import pathlib
import sys
import time

from confluent_kafka import Producer

from featherwire import SCHEMAS, Codec, kafka_config

ENCODINGS = {b"\xff\xd8\xff": "JPEG", b"\x89PN": "PNG"}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("--bootstrap", default="localhost:9092", help="Kafka brokers")
    parser.add_argument("--topic", default="images")
    parser.add_argument("--sensor", default="python-0", help="sensor id, the key of every record")
    parser.add_argument("--rate", type=float, default=0, help="images per second; 0: no limit")
    parser.add_argument("--registry", help="address of the schema registry, if one is used")
    parser.add_argument("--schemas", default=SCHEMAS, help="directory of the .avsc files")
    parser.add_argument("--kafka", action="append", default=[], metavar="KEY=VALUE", help="a setting of librdkafka")
    options = parser.parse_args()

    codec = Codec(options.topic, "ImageFrame", options.registry, options.schemas)
    # Murmur2 is the partitioner of Java clients; with another one, labels from Java clients would not reach the partition of their frames.
    producer = Producer(
        kafka_config(
            options,
            **{"enable.idempotence": True, "partitioner": "murmur2_random", "message.max.bytes": 9 << 20, "linger.ms": 5},
        )
    )
    failed = []

    def delivered(error, message):
        if error:
            failed.append(error)

    # Ids must not repeat after a restart.
    run = f"{int(time.time()):x}"
    sent = 0
    for path in sorted(options.directory.rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        encoding = ENCODINGS.get(content[:3])
        if not encoding:
            continue
        frame = {
            "frameId": f"{run}-{sent:x}",
            "sensorId": options.sensor,
            "capturedAt": datetime.datetime.now(datetime.timezone.utc),
            "encoding": encoding,
            "width": 0,
            "height": 0,
            "bytes": content,
        }
        producer.produce(options.topic, codec.encode(frame), key=options.sensor, on_delivery=delivered)
        producer.poll(0)
        if options.rate:
            time.sleep(1 / options.rate)
        sent += 1
    producer.flush()
    print(f"{sent - len(failed)} of {sent} images published to {options.topic}")
    if failed:
        sys.exit(f"first failure: {failed[0]}")


if __name__ == "__main__":
    main()
