"""Decodes payloads to codes in plain Python and numpy; docs/understand/payload-format.md describes the format."""

import binascii
from bisect import bisect_right

import numpy

MAX_SYMBOL = 32_767
TOTAL_BITS = 16
INTERVAL_BITS = 56
FIRST_ENTROPY_BYTE = 0x20
F32, U8, PACKED = 0x08, 0x09, 0x0A


class PayloadError(ValueError):
    """A payload is damaged or invalid."""


class Tables:
    """The entropy tables of a bundle: the widths of the symbols of each code value, by context."""

    def __init__(self, artefact):
        if artefact[:5] != b"FWET\1":
            raise ValueError("not entropy tables of version 1")
        reader = _Reader(artefact, 6)
        self.check_bits = artefact[5]
        self.shape = tuple(reader.varint() for _ in range(3))
        _, height, width = self.shape
        self.size = self.shape[0] * height * width
        # One entry per live value, in decoding order: position, lowest symbol, number of symbols, neighbours, cumulative widths by context.
        self.plan = []
        for channel in range(self.shape[0]):
            if reader.byte() == 0:
                continue
            lowest, count = reader.zigzag(), reader.varint()
            neighbours = []
            for _ in range(reader.byte()):
                back, place, low = reader.varint(), reader.byte(), reader.zigzag()
                neighbours.append((channel - back, place // 3 - 1, place % 3 - 1, low, low + reader.varint()))
            contexts = []
            for _ in range(3 ** len(neighbours)):
                sums = [0]
                for _ in range(count + 1):
                    sums.append(sums[-1] + reader.varint())
                if sums[-1] != 1 << TOTAL_BITS:
                    raise ValueError("widths of symbols do not sum to 65,536")
                contexts.append(sums)
            for y in range(height):
                for x in range(width):
                    near = []
                    for other, down, right, low, high in neighbours:
                        inside = 0 <= y + down < height and 0 <= x + right < width
                        near.append(((other * height + y + down) * width + x + right if inside else -1, low, high))
                    own = (channel * height + y) * width + x
                    self.plan.append((own, lowest, count, near, contexts))
        reader.end()

    def decode(self, payload):
        """The symbols of an entropy payload, a list of C*h*w integers."""
        symbols = [0] * self.size
        decoder = _RangeDecoder(payload)
        # The code of _RangeDecoder.decide, inlined: nearly all of the time is spent here.
        offset, range_, at, length, least = decoder.offset, decoder.range, decoder.at, len(payload), decoder.LEAST
        for own, lowest, count, near, contexts in self.plan:
            context = 0
            for place, low, high in near:
                kind = 1
                if place >= 0:
                    symbol = symbols[place]
                    kind = 0 if symbol < low else 2 if symbol > high else 1
                context = 3 * context + kind
            sums = contexts[context]
            unit = range_ >> TOTAL_BITS
            target = offset // unit
            if target >> TOTAL_BITS:
                raise PayloadError("outside the interval")
            part = bisect_right(sums, target) - 1
            start = sums[part]
            offset -= unit * start
            range_ = unit * (sums[part + 1] - start)
            while range_ < least:
                offset, range_ = offset << 8 | (payload[at] if at < length else 0), range_ << 8
                at += 1
            if part < count:
                symbols[own] = lowest + part
            else:
                decoder.offset, decoder.range, decoder.at = offset, range_, at
                symbols[own] = decoder.escape(lowest, count)
                offset, range_, at = decoder.offset, decoder.range, decoder.at
        decoder.offset, decoder.range, decoder.at = offset, range_, at
        if self.check_bits and decoder.bits(self.check_bits) != _crc_of_symbols(symbols) >> 16 - self.check_bits:
            raise PayloadError("the payload's checksum does not match its symbols")
        decoder.finish()
        return symbols


class Quantiser:
    """Dequantises symbols by channel: offset + (symbol - sign(symbol) * shrink) * step, in 32-bit floats."""

    def __init__(self, description):
        self.offset = numpy.array(description["offset"], numpy.float32)[:, None]
        self.step = numpy.array(description["step"], numpy.float32)[:, None]
        shrink = description.get("shrink")
        self.shrink = None if shrink is None else numpy.array(shrink, numpy.float32)[:, None]
        self.live = self.step[:, 0] != 0

    def values(self, symbols):
        """Converts [N, C, plane] integers to [N, C, plane] floats."""
        points = symbols.astype(numpy.float32)
        if self.shrink is not None:
            points = points - numpy.sign(points) * self.shrink
        return self.offset + points * self.step


class PayloadCodec:
    """Decodes the payloads of one bundle to codes [C, h, w]."""

    def __init__(self, shape, quantisers, tables):
        self.shape = tuple(shape)
        self.size = int(numpy.prod(self.shape))
        self.u8 = Quantiser(quantisers["u8"])
        self.symbols = Quantiser(quantisers["symbols"]) if "symbols" in quantisers else None
        self.tables = tables

    def decode(self, payloads):
        """Decodes payloads to codes, [N, C, h, w] of 32-bit floats."""
        planes = (self.shape[0], self.size // self.shape[0])
        codes = numpy.empty((len(payloads), *planes), numpy.float32)
        symbols = numpy.zeros((len(payloads), *planes), numpy.int32)
        quantised = numpy.zeros(len(payloads), bool)
        for i, payload in enumerate(payloads):
            payload = bytes(payload)
            mode = payload[0] if payload else None
            if mode is None:
                raise PayloadError("the payload has no bytes")
            if mode == F32:
                codes[i] = numpy.frombuffer(self._body(payload, 4 * self.size), ">f4").reshape(planes)
                if numpy.isnan(codes[i]).any():
                    raise PayloadError("the payload holds NaN")
            elif mode == U8:
                octets = numpy.frombuffer(self._body(payload, self.size), numpy.uint8)
                codes[i] = self.u8.values(octets.reshape(1, *planes))[0]
            else:
                symbols[i] = numpy.array(self.decode_symbols(payload), numpy.int32).reshape(planes)
                quantised[i] = True
        if quantised.any():
            codes[quantised] = self.symbols.values(symbols[quantised])
        return codes.reshape(len(payloads), *self.shape)

    def decode_symbols(self, payload):
        """Decodes a payload of mode packed or entropy to its symbols."""
        payload = bytes(payload)
        if payload[:1] == bytes([PACKED]) and self.symbols is not None:
            return self._packed(self._body(payload, None))
        if payload[:1] >= bytes([FIRST_ENTROPY_BYTE]) and self.tables is not None:
            return self.tables.decode(payload)
        raise PayloadError(f"first byte {payload[:1].hex()}: a version or mode that this reader or bundle does not have")

    @staticmethod
    def _body(payload, expected):
        if len(payload) < 3 or expected is not None and len(payload) != expected + 3:
            raise PayloadError(f"the payload has {len(payload)} bytes, which its mode and shape do not allow")
        if binascii.crc_hqx(payload[:-2], 0xFFFF) != int.from_bytes(payload[-2:], "big"):
            raise PayloadError("the payload's checksum does not match its bytes")
        return payload[1:-2]

    def _packed(self, body):
        plane = self.size // self.shape[0]
        live = numpy.repeat(self.symbols.live, plane)
        count = int(live.sum())
        if len(body) < 3 or body[2] > 16 or len(body) - 3 != (count * body[2] + 7) // 8:
            raise PayloadError("the payload has not the length of its symbols")
        smallest, bits = int.from_bytes(body[:2], "big", signed=True), body[2]
        flags = numpy.unpackbits(numpy.frombuffer(body[3:], numpy.uint8))
        if flags[count * bits :].any():
            raise PayloadError("the bits after the last symbol are not zero")
        weights = 1 << numpy.arange(bits - 1, -1, -1)
        symbols = numpy.zeros(self.size, numpy.int64)
        symbols[live] = smallest + flags[: count * bits].reshape(count, bits).astype(numpy.int64) @ weights
        if numpy.abs(symbols).max(initial=0) > MAX_SYMBOL:
            raise PayloadError("a symbol is out of range")
        return symbols.tolist()


class _Reader:
    """Reads the numbers of the entropy tables; fails if bytes are missing."""

    def __init__(self, content, at):
        self.content, self.at = content, at

    def byte(self):
        if self.at >= len(self.content):
            raise ValueError("the entropy tables end too early")
        self.at += 1
        return self.content[self.at - 1]

    def varint(self):
        value = shift = 0
        while True:
            octet = self.byte()
            value |= (octet & 127) << shift
            shift += 7
            if octet < 128:
                return value

    def zigzag(self):
        value = self.varint()
        return value >> 1 ^ -(value & 1)

    def end(self):
        if self.at != len(self.content):
            raise ValueError("bytes are left over after the entropy tables")


class _RangeDecoder:
    """The range decoder, over integers of at most 57 bits."""

    LEAST = 1 << INTERVAL_BITS - 8
    EQUAL = [[part << TOTAL_BITS - k for part in range((1 << k) + 1)] for k in range(TOTAL_BITS + 1)]

    def __init__(self, payload):
        self.payload, self.at = payload, 7
        self.offset = int.from_bytes((payload + bytes(7))[:7], "big") - (FIRST_ENTROPY_BYTE << 48)
        self.range = 256 - FIRST_ENTROPY_BYTE << 48

    def decide(self, sums):
        """The index of the decoded part; the parts begin at all cumulative sums but the last."""
        unit = self.range >> TOTAL_BITS
        target = self.offset // unit
        if target >> TOTAL_BITS:
            raise PayloadError("outside the interval")
        part = bisect_right(sums, target) - 1
        self.offset -= unit * sums[part]
        width = unit * (sums[part + 1] - sums[part])
        while width < self.LEAST:
            octet = self.payload[self.at] if self.at < len(self.payload) else 0
            self.offset, width, self.at = self.offset << 8 | octet, width << 8, self.at + 1
        self.range = width
        return part

    def bits(self, k):
        return self.decide(self.EQUAL[k])

    def escape(self, lowest, count):
        above, k = self.bits(1), 0
        while self.bits(1):
            k += 1
            if k > 16:
                raise PayloadError("an escaped symbol is out of range")
        distance = 1 << k | (self.bits(k) if k else 0)
        symbol = lowest + count - 1 + distance if above else lowest - distance
        if abs(symbol) > MAX_SYMBOL:
            raise PayloadError("an escaped symbol is out of range")
        return symbol

    def finish(self):
        """Refuses an end that no encoder writes."""
        beyond, last = self.at - len(self.payload), self.payload[-1]
        if beyond < 0 or last == 0:
            raise PayloadError("not what an encoder ends on")
        if beyond < 7 and (self.offset >> 8 * beyond or self.offset + (256 - last << 8 * beyond) < self.range):
            raise PayloadError("not what an encoder ends on")


def _crc_of_symbols(symbols):
    return binascii.crc_hqx(numpy.array(symbols, ">i2").tobytes(), 0xFFFF)
