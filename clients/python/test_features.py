#!/usr/bin/env python3
"""Compares the decoder with the reference payloads, symbols and features of the Java code."""

import unittest
from pathlib import Path

import numpy

from decoder_graph import open_graph
from features import BundleError, FeatureReader, fingerprint
from payloads import PayloadCodec, PayloadError, Tables

GOLDEN = Path(__file__).resolve().parents[2] / "codec" / "src" / "test" / "resources" / "golden"


class GoldenPayloads(unittest.TestCase):
    def test_symbols_are_the_committed_ones(self):
        for directory in sorted(GOLDEN.glob("code-*")):
            tables = Tables((directory / "entropy.bin").read_bytes())
            ones = [1.0] * tables.shape[0]
            dead = [0.0] * 5 + ones[5:] if directory.name == "code-64x1x1" else ones
            quantisers = {"u8": {"offset": ones, "step": ones}, "symbols": {"offset": ones, "step": dead}}
            codec = PayloadCodec(tables.shape, quantisers, tables)
            lines = (directory / "payloads.txt").read_text().splitlines()
            self.assertEqual(22, len(lines))
            for line in lines:
                _, symbols, payload = line.split()
                self.assertEqual([int(symbol) for symbol in symbols.split(",")], codec.decode_symbols(bytes.fromhex(payload)))


class CompandedFeatures(unittest.TestCase):
    def test_a_decoder_with_roots_runs_in_numpy(self):
        decode = open_graph(GOLDEN / "companding" / "decoder.onnx")
        code = numpy.array([[1, 0, 0], [0, -1, 2], [3, 1, 0.5]], "<f4").reshape(3, 3, 1, 1)
        # Mean 1, 1, 1, 0.25 and weights [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.5, 0, 0]], to the power of 1.5, never below 0
        roots = numpy.array([[2, 1, 1, 0.75], [1, 0, 3, 0.25], [4, 2, 1.5, 1.75]])
        numpy.testing.assert_allclose(decode(code).reshape(3, 4), roots**1.5, rtol=1e-6)
        below = numpy.array([-5, -5, -5], "<f4").reshape(1, 3, 1, 1)
        self.assertEqual(0, numpy.abs(decode(below)).max())


class GoldenFeatures(unittest.TestCase):
    def setUp(self):
        self.reader = FeatureReader(GOLDEN / "features" / "bundle")
        (self.bundle,) = self.reader.bundles
        lines = [line.split() for line in (GOLDEN / "features" / "payloads.txt").read_text().splitlines()]
        self.payloads = [bytes.fromhex(payload) for _, payload, _ in lines]
        self.features = numpy.array([numpy.frombuffer(bytes.fromhex(feature), ">f4") for _, _, feature in lines]).reshape(-1, 4, 3, 2)

    def test_features_are_the_committed_ones(self):
        self.assertEqual(20, len(self.payloads))
        read = self.reader.read_all(self.bundle, self.payloads)
        self.assertEqual(numpy.float32, read.dtype)
        numpy.testing.assert_allclose(read, self.features, rtol=1e-5, atol=1e-5)
        numpy.testing.assert_allclose(self.reader.read(self.bundle, self.payloads[3]), self.features[3], rtol=1e-5, atol=1e-5)
        self.assertEqual((0, 4, 3, 2), self.reader.read_all(self.bundle, []).shape)

    def test_the_bundle_is_the_one_that_java_names(self):
        source = (GOLDEN.parents[1] / "java/io/featherwire/codec/GoldenFeaturesTest.java").read_text("utf-8")
        self.assertIn(f'Fingerprint.parse("{self.bundle.hex()}")', source)
        with self.assertRaisesRegex(BundleError, "there is no bundle 0000000000000000"):
            self.reader.read(bytes(8), self.payloads[0])

    def test_damage_is_noticed(self):
        for payload in self.payloads:
            with self.assertRaises(PayloadError):
                self.reader.read(self.bundle, payload + b"\1")
        for payload in (b"", b"\x08", b"\x1f\0\0", b"\x0b\0\0"):
            with self.assertRaises(PayloadError):
                self.reader.read(self.bundle, payload)
        for payload in self.payloads:
            for bit in range(8 * len(payload)):
                damaged = bytearray(payload)
                damaged[bit // 8] ^= 1 << bit % 8
                try:
                    read = self.reader.read(self.bundle, damaged)
                except PayloadError:
                    continue
                # A checksum of four bits misses one error in sixteen; the result is then a feature of the right shape.
                self.assertEqual((4, 3, 2), read.shape)

    def test_numbers_of_a_manifest_are_written_as_decimals(self):
        self.assertEqual(fingerprint('{"b": 1.50, "a": [1e3, 0.0, 1E-9]}'), fingerprint('{"a":[1000,0,0.000000001],"b":1.5}'))


if __name__ == "__main__":
    unittest.main()
