#!/usr/bin/env python3
"""Checks that each frame of the image topic has exactly one classification or dead letter; exits with 1 otherwise."""

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
        """The records since the last call, until none arrives for a while; if records never stop, for at most this many seconds."""
        end = time.monotonic() + limit
        while time.monotonic() < end and (message := self.consumer.poll(quiet)) is not None:
            if message.error():
                raise SystemExit(message.error())
            yield message


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bootstrap", default="localhost:9092")
    parser.add_argument("--registry", default="http://localhost:8080")
    parser.add_argument("--at-least", type=int, default=0, help="minimum number of classifications")
    parser.add_argument("--all", action="store_true", help="require that every image has exactly one result")
    parser.add_argument("--wait", type=int, default=60, help="seconds to wait for this")
    options = parser.parse_args()

    images = Codec("images", "ImageFrame", options.registry)
    classifications = Codec("classifications", "Classification", options.registry)
    readers = {topic: Reader(options.bootstrap, topic) for topic in ("images", "classifications", "dead-letters")}
    sent, classified, dead = collections.Counter(), collections.Counter(), collections.Counter()
    # All records of a topic at once.
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
        # Multisets: frames with more inputs than results, and the reverse. While frames arrive, a result may be read whose
        # image was not yet on the topic when the images were read.
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
    """Identifies a record of the image topic: by the frame's ids, or by its bytes if it is not a frame."""
    value = message.value() or b""
    try:
        frame = codec.decode(value)
        return frame["sensorId"], frame["frameId"]
    except Exception:  # any error of the Avro library on bytes that are not Avro
        return message.key(), hashlib.sha256(value).hexdigest()


if __name__ == "__main__":
    main()
