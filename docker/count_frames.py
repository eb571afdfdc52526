#!/usr/bin/env python3
"""Counts frames from images to classifications and dead letters: each exactly once, or exits with 1."""

import argparse
import collections
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

    def read(self, quiet=3.0):
        """What has come since the last call, until nothing comes for a while."""
        while (message := self.consumer.poll(quiet)) is not None:
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

    codecs = {
        "images": Codec("images", "ImageFrame", options.registry),
        "classifications": Codec("classifications", "Classification", options.registry),
    }
    readers = {topic: Reader(options.bootstrap, topic) for topic in ("images", "classifications", "dead-letters")}
    sent, classified, dead = set(), collections.Counter(), 0
    end = time.monotonic() + options.wait
    while True:
        for message in readers["images"].read():
            frame = codecs["images"].decode(message.value())
            sent.add((frame["sensorId"], frame["frameId"]))
        for message in readers["classifications"].read():
            frame = codecs["classifications"].decode(message.value())
            classified[frame["sensorId"], frame["frameId"]] += 1
        dead += sum(1 for _ in readers["dead-letters"].read())
        missing = len(sent - classified.keys())
        repeated = sum(1 for count in classified.values() if count > 1)
        complete = missing == dead if options.all else len(classified) >= options.at_least
        if complete or time.monotonic() > end:
            break
    print(f"{len(sent)} images, {len(classified)} classified, {dead} dead letters, {missing} missing, {repeated} repeated")
    sys.exit(0 if complete and repeated == 0 else 1)


if __name__ == "__main__":
    main()
