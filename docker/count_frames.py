#!/usr/bin/env python3
"""Counts frames from images to classifications and dead letters: each exactly once, or exits with 1."""

import argparse
import collections
import hashlib
import sys
import time

from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

from featherwire import Codec


class Reader:
    """All committed records of a topic, from the beginning."""

    def __init__(self, bootstrap, topic):
        self.consumer = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": "count-frames",
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "fetch.message.max.bytes": 16 << 20,
            }
        )
        partitions = self.consumer.list_topics(topic, timeout=20).topics[topic].partitions
        self.consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in partitions])

    def read(self, limit, quiet=3.0):
        """What has come since the last call, until nothing comes for a while; where it never ends, for so many seconds."""
        end = time.monotonic() + limit
        while time.monotonic() < end and (message := self.consumer.poll(quiet)) is not None:
            if message.error():
                raise SystemExit(message.error())
            yield message


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bootstrap", default="localhost:9092")
    parser.add_argument("--registry", default="http://localhost:8080")
    parser.add_argument("--at-least", type=int, default=0, help="classifications that there must be")
    parser.add_argument("--all", action="store_true", help="every image must have come out, exactly once")
    parser.add_argument("--wait", type=int, default=60, help="seconds until it must be so")
    options = parser.parse_args()

    images = Codec("images", "ImageFrame", options.registry)
    classifications = Codec("classifications", "Classification", options.registry)
    readers = {topic: Reader(options.bootstrap, topic) for topic in ("images", "classifications", "dead-letters")}
    sent, classified, dead = collections.Counter(), collections.Counter(), collections.Counter()
    # All of a topic's records at once, where every one counts.
    limit = 600 if options.all else 10
    end = time.monotonic() + options.wait
    while True:
        for message in readers["images"].read(limit):
            sent[identity(images, message)] += 1
        for message in readers["classifications"].read(limit):
            frame = classifications.decode(message.value())
            classified[frame["sensorId"], frame["frameId"]] += 1
        for message in readers["dead-letters"].read(limit):
            headers = dict(message.headers() or [])
            if headers.get("__streams.errors.topic") == b"images":
                dead[identity(images, message)] += 1
        # Multisets: what went in more often than it came out, and the other way round. While frames flow, one may be seen
        # coming out that had not come in yet when the images were read.
        out = classified + dead
        lost = sent - out
        repeated = out - (sent if options.all else sent | collections.Counter(out.keys()))
        complete = not lost if options.all else len(classified) >= options.at_least
        if complete or time.monotonic() > end:
            break
    print(
        f"{sent.total()} images, {classified.total()} classified, {dead.total()} dead letters,"
        f" {lost.total()} missing, {repeated.total()} repeated"
    )
    sys.exit(0 if complete and not repeated else 1)


def identity(codec, message):
    """What tells one record of the image topic from all others: a frame's ids, or its bytes where they are no frame."""
    value = message.value() or b""
    try:
        frame = codec.decode(value)
        return frame["sensorId"], frame["frameId"]
    except Exception:  # whatever the Avro library makes of bytes that are none of its own
        return message.key(), hashlib.sha256(value).hexdigest()


if __name__ == "__main__":
    main()
