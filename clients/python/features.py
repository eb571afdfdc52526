#!/usr/bin/env python3
"""Decodes payloads of the topic features to numpy arrays. Reads payloads in hexadecimal, one per line, and writes a .npy file."""

import argparse
import hashlib
import json
import sys
from decimal import Decimal
from pathlib import Path

import numpy

from decoder_graph import open_graph
from payloads import PayloadCodec, PayloadError, Tables

FORMATS = (1, 2)


class BundleError(ValueError):
    """A bundle is missing or cannot be used."""


class Bundle:
    """The parts of a bundle that decode its payloads: bundle.json, the entropy tables, the decoder."""

    def __init__(self, directory):
        self.directory = Path(directory)
        content = (self.directory / "bundle.json").read_text("utf-8")
        self.manifest = json.loads(content)
        if self.manifest.get("formatVersion") not in FORMATS:
            raise BundleError(f"{directory} has format version {self.manifest.get('formatVersion')}, this reader knows {FORMATS}")
        self.fingerprint = fingerprint(content)
        self.code_shape = tuple(self.manifest["codeShape"])
        self.shape = tuple(self.manifest["featureShape"])
        tables = self.manifest.get("tables")
        self.codec = PayloadCodec(
            self.code_shape, self.manifest["quantisers"], Tables(self._file(tables).read_bytes()) if tables else None
        )
        if tables and self.codec.tables.shape != self.code_shape:
            raise BundleError(f"{directory}: {tables} is for codes {self.codec.tables.shape}, not {self.code_shape}")
        variant = self.manifest.get("variants", {}).get(self.manifest.get("defaultVariant"), {})
        decoder = self._file(variant.get("decoder", self.manifest["models"]["decoder"]))
        self.decode = open_graph(decoder)

    def _file(self, name):
        path = self.directory / name
        expected = self.manifest.get("files", {}).get(name)
        actual = hashlib.sha256(path.read_bytes()).hexdigest()
        if actual != expected:
            raise BundleError(f"{path} is not the file of this bundle: SHA-256 is {actual}, bundle.json says {expected}")
        return path

    def features(self, payloads):
        """Decodes payloads to features, [N, F, H, W] of 32-bit floats."""
        if not payloads:
            return numpy.empty((0, *self.shape), numpy.float32)
        return self.decode(self.codec.decode(payloads)).astype(numpy.float32, copy=False)


class FeatureReader:
    """Reads features of one bundle, or of all bundles in a directory; finds bundles that are added later."""

    def __init__(self, directory):
        self.directory = Path(directory)
        self.bundles = {}
        self.opened = set()
        self._open()
        if not self.bundles:
            raise BundleError(f"there is no bundle in {directory}")

    def _open(self):
        alone = (self.directory / "bundle.json").is_file()
        for place in [self.directory] if alone else sorted(self.directory.iterdir()):
            if place not in self.opened and (place / "bundle.json").is_file():
                bundle = Bundle(place)
                self.bundles[bundle.fingerprint] = bundle
                self.opened.add(place)

    def bundle(self, fingerprint):
        """The bundle with the fingerprint (8 bytes) of a record."""
        fingerprint = bytes(fingerprint)
        if fingerprint not in self.bundles:
            self._open()
        if fingerprint not in self.bundles:
            there = ", ".join(known.hex() for known in self.bundles)
            raise BundleError(f"there is no bundle {fingerprint.hex()} in {self.directory}, only {there}")
        return self.bundles[fingerprint]

    def read(self, fingerprint, payload):
        """Decodes one payload to its feature: a numpy array [F, H, W] of 32-bit floats, on the scale of the backbone's output."""
        return self.bundle(fingerprint).features([payload])[0]

    def read_all(self, fingerprint, payloads):
        """Decodes payloads of one bundle to features [N, F, H, W]; faster than single calls."""
        return self.bundle(fingerprint).features(payloads)


def fingerprint(manifest):
    """The first 8 bytes of the SHA-256 over the canonical form of a manifest's text."""
    tree = json.loads(manifest, parse_int=Decimal, parse_float=Decimal)
    return hashlib.sha256(_canonical(tree).encode("utf-8")).digest()[:8]


def _canonical(node):
    if isinstance(node, dict):
        keys = sorted(node, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(_quoted(key) + ":" + _canonical(node[key]) for key in keys) + "}"
    if isinstance(node, list):
        return "[" + ",".join(map(_canonical, node)) + "]"
    if isinstance(node, Decimal):
        return _number(node)
    if isinstance(node, str):
        return _quoted(node)
    return {True: "true", False: "false", None: "null"}[node]


def _number(value):
    if not value:
        return "0"
    sign, digits, exponent = value.as_tuple()
    while digits[-1] == 0:
        digits, exponent = digits[:-1], exponent + 1
    return str(Decimal((sign, digits, exponent)))


def _quoted(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(f"\\u{ord(c):04x}" if c < " " else c for c in escaped) + '"'


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", help="directory of the bundle")
    parser.add_argument("--out", required=True, metavar="FILE.npy", help="features [N, F, H, W], 32-bit floats")
    parser.add_argument("payloads", nargs="?", type=argparse.FileType(), default=sys.stdin, help="standard input unless given")
    options = parser.parse_args()
    try:
        bundle = Bundle(options.bundle)
        lines = options.payloads.read().split()
        features = bundle.features([bytes.fromhex(line) for line in lines])
    except (OSError, ValueError) as problem:
        sys.exit(f"features.py: {problem}")
    numpy.save(options.out, features)
    print(f"{len(features)} features of bundle {bundle.fingerprint.hex()} in {options.out}")


if __name__ == "__main__":
    main()
