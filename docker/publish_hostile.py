#!/usr/bin/env python3
"""Publishes hostile records: invalid images, invalid records, false lengths."""

import argparse
import datetime
import struct
import zlib

from confluent_kafka import Producer

from featherwire import Codec

JPEG_HEAD = bytes.fromhex("ffd8ffe000104a46494600010100000100010000")
PNG_HEAD = b"\x89PNG\r\n\x1a\n"


def png(width, height, depth=8, data=b""):
    """A PNG whose header has this size, with almost no data."""
    head = struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0)
    return PNG_HEAD + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


# name: (encoding, width, height, bytes)
IMAGES = {
    "empty": ("JPEG", 0, 0, b""),
    "html": ("JPEG", 0, 0, b"<!doctype html><title>404</title>"),
    "head-only": ("JPEG", 0, 0, JPEG_HEAD),
    "png-called-jpeg": ("JPEG", 0, 0, png(1, 1, data=b"\0\1\2\3")),
    "bomb": ("PNG", 0, 0, png(30_000, 30_000)),
    "no-size": ("PNG", 0, 0, png(0, 0)),
    "cut-png": ("PNG", 0, 0, png(32, 32)[:40]),
    "rgb-too-short": ("RGB8", 32, 32, bytes(10)),
    "rgb-negative": ("RGB8", -1, -1, b""),
    "rgb-overflow": ("RGB8", 46_341, 46_341, bytes(10)),
}
VALUES = {
    "no-record": b"hello",
    "nothing": b"",
    "null": None,
    "unknown-schema": b"\x00\x7f\xff\xff\xff\x02a",
    "unknown-fingerprint": b"\xc3\x01" + bytes(8) + b"\x02a",
    "header-only": b"\xc3\x01",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bootstrap", default="localhost:9092")
    parser.add_argument("--registry")
    options = parser.parse_args()

    codec = Codec("images", "ImageFrame", options.registry)
    producer = Producer({"bootstrap.servers": options.bootstrap, "message.max.bytes": 9 << 20})
    failed = []
    sent = 0

    def send(key, value):
        nonlocal sent
        sent += 1
        producer.produce("images", value, key=key, on_delivery=lambda error, _: error and failed.append(error))

    for name, (encoding, width, height, content) in IMAGES.items():
        frame = {
            "frameId": name,
            "sensorId": "hostile",
            "capturedAt": datetime.datetime.now(datetime.timezone.utc),
            "encoding": encoding,
            "width": width,
            "height": height,
            "bytes": content,
        }
        send("hostile", codec.encode(frame))
        send("someone-else", codec.encode(frame | {"frameId": name + "-key"}))
    whole = codec.encode(frame)
    for name, value in VALUES.items():
        send("hostile-" + name, value)
    send("hostile-cut", whole[:-3])
    # The body begins with the length of a string: 2^62 bytes.
    body = 5 if whole[0] == 0 else 10
    send("hostile-length", whole[:body] + b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01")
    send(None, whole)
    send(b"\xff\xfe", whole)
    producer.flush()
    if failed:
        raise SystemExit(f"not published: {failed[0]}")
    print(f"{sent} hostile records published")


if __name__ == "__main__":
    main()
