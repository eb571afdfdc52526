"""Featherwire's records in Python: Avro behind one of the two headers that docs/use/topics.md describes.

Needs the packages avro (1.11 or newer) and, for the programs beside this file, confluent-kafka.
"""

import io
import json
import pathlib
import struct
import urllib.request

import avro.io
import avro.schema

SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "schemas" / "src" / "main" / "avro"


class Codec:
    """Reads and writes the values of one topic, which are records of one schema.

    With the address of a schema registry, a written value begins with 0 and the schema's id (4 bytes); without it, with
    the marker of Avro's single-object encoding (C3 01) and the schema's fingerprint (8 bytes). Values of the second form
    are always read, values of the first form only with a registry.
    """

    def __init__(self, topic, record, registry=None, schemas=SCHEMAS):
        text = (pathlib.Path(schemas) / f"{record}.avsc").read_text(encoding="utf-8")
        self.own = self.schema = avro.schema.parse(text)
        self.api = registry.split("/apis")[0].rstrip("/") + "/apis/ccompat/v7" if registry else None
        self.marker = b"\xc3\x01" + struct.pack("<Q", fingerprint(text))
        self.header = self.marker
        self.known = {}
        if registry:
            latest = self._ask(f"/subjects/{topic}-value/versions/latest")
            self.header = b"\x00" + struct.pack(">I", latest["id"])
            self.schema = self.known[latest["id"]] = avro.schema.parse(latest["schema"])

    def encode(self, record):
        out = io.BytesIO()
        out.write(self.header)
        avro.io.DatumWriter(self.schema).write(record, avro.io.BinaryEncoder(out))
        return out.getvalue()

    def decode(self, value):
        if value[:10] == self.marker:
            body, writer = value[10:], self.own
        elif value[:1] == b"\x00" and len(value) >= 5 and self.api:
            body, writer = value[5:], self._by_number(struct.unpack(">I", value[1:5])[0])
        else:
            raise ValueError(f"not a record of this topic, or of an unknown schema: {value[:10].hex(' ')}")
        return avro.io.DatumReader(writer, self.schema).read(avro.io.BinaryDecoder(io.BytesIO(body)))

    def _by_number(self, number):
        if number not in self.known:
            self.known[number] = avro.schema.parse(self._ask(f"/schemas/ids/{number}")["schema"])
        return self.known[number]

    def _ask(self, path):
        with urllib.request.urlopen(self.api + path, timeout=10) as answer:
            return json.load(answer)


def fingerprint(text):
    """The CRC-64-AVRO fingerprint of a schema's parsing canonical form (Avro specification, "Schema Fingerprints")."""
    empty = 0xC15D213AA4D7A795
    table = []
    for i in range(256):
        entry = i
        for _ in range(8):
            entry = (entry >> 1) ^ (empty if entry & 1 else 0)
        table.append(entry)
    crc = empty
    for byte in canonical(json.loads(text)).encode("utf-8"):
        crc = (crc >> 8) ^ table[(crc ^ byte) & 0xFF]
    return crc


def canonical(schema, namespace=None):
    """The parsing canonical form: full names, and only the attributes that affect decoding, in a fixed order."""
    if isinstance(schema, str):
        primitive = schema in {"null", "boolean", "int", "long", "float", "double", "bytes", "string"}
        return json.dumps(schema if primitive or "." in schema or not namespace else f"{namespace}.{schema}")
    if isinstance(schema, list):
        return "[" + ",".join(canonical(branch, namespace) for branch in schema) + "]"
    kind = schema["type"]
    if kind == "array":
        return '{"type":"array","items":' + canonical(schema["items"], namespace) + "}"
    if kind == "map":
        return '{"type":"map","values":' + canonical(schema["values"], namespace) + "}"
    if kind not in {"record", "enum", "fixed"}:
        return canonical(kind, namespace)
    name = schema["name"]
    namespace = name.rpartition(".")[0] or schema.get("namespace", namespace)
    full = name if "." in name or not namespace else f"{namespace}.{name}"
    parts = ['"name":' + json.dumps(full), f'"type":"{kind}"']
    if kind == "record":
        fields = (
            '{"name":' + json.dumps(field["name"]) + ',"type":' + canonical(field["type"], namespace) + "}"
            for field in schema["fields"]
        )
        parts.append('"fields":[' + ",".join(fields) + "]")
    elif kind == "enum":
        parts.append('"symbols":[' + ",".join(map(json.dumps, schema["symbols"])) + "]")
    else:
        parts.append('"size":' + str(schema["size"]))
    return "{" + ",".join(parts) + "}"


def kafka_config(options, **settings):
    """librdkafka's settings: bootstrap servers and the given KEY=VALUE pairs (TLS, SASL, tuning)."""
    settings["bootstrap.servers"] = options.bootstrap
    settings.update(pair.split("=", 1) for pair in options.kafka)
    return settings
