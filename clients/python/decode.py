#!/usr/bin/env python3
"""Prints records that kcat reads as JSON, one line per record: kcat -C … -f '%R%s' | decode.py TOPIC"""

import argparse
import datetime
import json
import struct
import sys

from featherwire import SCHEMAS, Codec

RECORDS = {
    "images": "ImageFrame",
    "labels": "Label",
    "features": "CompactFeature",
    "feature-batches": "FeatureBatch",
    "classifications": "Classification",
    "accuracy": "AccuracySnapshot",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("topic")
    parser.add_argument("--record", help="name of the schema, if the topic has another name than the default")
    parser.add_argument("--registry", help="address of the schema registry, if one is used")
    parser.add_argument("--schemas", default=SCHEMAS, help="directory of the .avsc files")
    options = parser.parse_args()
    record = options.record or RECORDS.get(options.topic) or parser.error("this topic has no default record: give --record")

    codec = Codec(options.topic, record, options.registry, options.schemas)
    broken = False
    for value in values(sys.stdin.buffer):
        try:
            print(json.dumps(None if value is None else codec.decode(value), default=plain), flush=True)
        except (ValueError, EOFError) as problem:
            print(problem, file=sys.stderr)
            broken = True
    sys.exit(1 if broken else 0)


def values(stream):
    """Values in kcat's format %R%s: the length in 4 bytes (-1 for no value), then the value."""
    while len(head := stream.read(4)) == 4:
        (length,) = struct.unpack(">i", head)
        yield stream.read(length) if length >= 0 else None


def plain(value):
    """Converts types that JSON does not have: bytes to hexadecimal digits, times to ISO 8601."""
    return value.isoformat() if isinstance(value, (datetime.date, datetime.time)) else value.hex()


if __name__ == "__main__":
    main()
