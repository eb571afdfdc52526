"""Runs decoder graphs: ONNX files of matrix products, convolutions and similar nodes by numpy, others by onnxruntime if installed."""

import struct

import numpy
from numpy.lib.stride_tricks import sliding_window_view

TYPES = {1: "<f4", 2: "u1", 3: "i1", 6: "<i4", 7: "<i8", 10: "<f2", 11: "<f8"}


class GraphError(ValueError):
    """A graph that cannot be run."""


def open_graph(path):
    """A function from [N, C, h, w] floats to [N, ...] floats."""
    content = path.read_bytes()
    graph = _Graph(content, path.parent)
    missing = graph.missing()
    if not missing:
        return graph.run
    try:
        import onnxruntime
    except ImportError:
        raise GraphError(f"{path} has nodes of type {', '.join(missing)}, which need onnxruntime: pip install onnxruntime") from None
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return lambda code: session.run(["feature"], {session.get_inputs()[0].name: code})[0]


class _Graph:
    def __init__(self, content, directory):
        graph = _fields(_fields(content)[7][0])
        self.values = {}
        for content in graph.get(5, []):
            name, values = _tensor(content, directory)
            self.values[name] = values
        inputs = [_text(_fields(content)[1][0]) for content in graph[11]]
        self.input = next(name for name in inputs if name not in self.values)
        self.output = _text(_fields(graph[12][0])[1][0])
        self.nodes = [_Node(content, directory) for content in graph.get(1, [])]
        self._fold()

    def missing(self):
        return sorted({node.kind for node in self.nodes if not node.known()})

    def _fold(self):
        """Computes all values that do not depend on the code, once."""
        rest = []
        for node in self.nodes:
            if node.known() and all(name in self.values for name in node.inputs):
                self.values[node.output] = node.run([self.values[name] for name in node.inputs])
            else:
                rest.append(node)
        self.nodes = rest

    def run(self, code):
        values = dict(self.values)
        values[self.input] = code
        for node in self.nodes:
            values[node.output] = node.run([values[name] for name in node.inputs])
        return values[self.output]


class _Node:
    def __init__(self, content, directory):
        fields = _fields(content)
        self.inputs = [_text(name) for name in fields.get(1, [])]
        while self.inputs and not self.inputs[-1]:
            self.inputs.pop()
        self.output = _text(fields[2][0])
        self.kind = _text(fields[4][0])
        self.domain = _text(fields[7][0]) if 7 in fields else ""
        self.outputs = len(fields[2])
        self.attributes = dict(_attribute(content, directory) for content in fields.get(5, []))
        self.operation = getattr(self, "_" + self.kind.lower(), None) if self.kind in _KINDS else None

    def known(self):
        """Whether numpy can run this node with its attributes."""
        ints = self.attributes
        if self.operation is None or self.domain or self.outputs != 1 or "" in self.inputs:
            return False
        if self.kind in ("Conv", "ConvTranspose"):
            plain = all(side == 1 for side in ints.get("strides", []) + ints.get("dilations", [])) and ints.get("group", 1) == 1
            return plain and "auto_pad" not in ints and "output_padding" not in ints and "output_shape" not in ints
        return True

    def run(self, inputs):
        return self.operation(*inputs)

    def _constant(self):
        return self.attributes["value"]

    def _identity(self, value):
        return value

    def _cast(self, value):
        return value.astype(TYPES[self.attributes["to"]])

    def _add(self, a, b):
        return a + b

    def _sub(self, a, b):
        return a - b

    def _mul(self, a, b):
        return a * b

    def _div(self, a, b):
        return a / b

    def _relu(self, value):
        return numpy.maximum(value, 0)

    def _sqrt(self, value):
        return numpy.sqrt(value)

    def _matmul(self, a, b):
        return a @ b

    def _gemm(self, a, b, c=None):
        a = a.T if self.attributes.get("transA") else a
        b = b.T if self.attributes.get("transB") else b
        product = a @ b
        alpha, beta = self.attributes.get("alpha", 1.0), self.attributes.get("beta", 1.0)
        product = product if alpha == 1 else product * numpy.float32(alpha)
        return product if c is None else product + (c if beta == 1 else c * numpy.float32(beta))

    def _transpose(self, value):
        return value.transpose(self.attributes.get("perm"))

    def _flatten(self, value):
        axis = self.attributes.get("axis", 1)
        return value.reshape(int(numpy.prod(value.shape[:axis])), -1)

    def _reshape(self, value, sides):
        kept = not self.attributes.get("allowzero")
        return value.reshape([value.shape[i] if side == 0 and kept else int(side) for i, side in enumerate(sides)])

    def _conv(self, value, weights, bias=None):
        top, left, bottom, right = self.attributes.get("pads", [0, 0, 0, 0])
        return _convolved(value, weights, bias, (top, left, bottom, right))

    def _convtranspose(self, value, weights, bias=None):
        # With strides of 1 this is a convolution with flipped weights, at all positions at which weights and input overlap.
        turned = weights.transpose(1, 0, 2, 3)[:, :, ::-1, ::-1]
        top, left, bottom, right = self.attributes.get("pads", [0, 0, 0, 0])
        tall, wide = weights.shape[2] - 1, weights.shape[3] - 1
        return _convolved(value, turned, bias, (tall - top, wide - left, tall - bottom, wide - right))


_KINDS = {
    "Constant", "Identity", "Cast", "Add", "Sub", "Mul", "Div", "Relu", "Sqrt", "MatMul", "Gemm", "Transpose", "Flatten", "Reshape",
    "Conv", "ConvTranspose",
}  # fmt: skip


def _convolved(value, weights, bias, pads):
    top, left, bottom, right = pads
    value = numpy.pad(value, ((0, 0), (0, 0), (top, bottom), (left, right)))
    windows = sliding_window_view(value, weights.shape[2:], axis=(2, 3))
    result = numpy.tensordot(windows, weights, axes=([1, 4, 5], [1, 2, 3])).transpose(0, 3, 1, 2)
    return result if bias is None else result + bias[:, None, None]


def _fields(content):
    """The fields of a protocol buffer's message by number, each a list: integers, or bytes."""
    fields, at = {}, 0
    while at < len(content):
        tag, at = _varint(content, at)
        kind = tag & 7
        if kind == 0:
            value, at = _varint(content, at)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
            value, at = content[at : at + size], at + size
        elif kind == 2:
            size, at = _varint(content, at)
            value, at = content[at : at + size], at + size
            if at > len(content):
                raise GraphError("the graph ends too early")
        else:
            raise GraphError("not an ONNX file")
        fields.setdefault(tag >> 3, []).append(value)
    return fields


def _varint(content, at):
    value = shift = 0
    while True:
        if at >= len(content):
            raise GraphError("the graph ends too early")
        value |= (content[at] & 127) << shift
        at, shift = at + 1, shift + 7
        if content[at - 1] < 128:
            return value, at


def _integers(parts):
    """Repeated integers, packed or one by one."""
    numbers = []
    for part in parts:
        if isinstance(part, int):
            numbers.append(part)
        else:
            at = 0
            while at < len(part):
                number, at = _varint(part, at)
                numbers.append(number)
    return [number - (1 << 64) if number >> 63 else number for number in numbers]


def _text(content):
    return content.decode("utf-8")


def _attribute(content, directory):
    fields = _fields(content)
    name = _text(fields[1][0])
    if 5 in fields:
        return name, _tensor(fields[5][0], directory)[1]
    if 8 in fields:
        return name, _integers(fields[8])
    if 3 in fields:
        return name, _integers(fields[3])[0]
    if 2 in fields:
        return name, struct.unpack("<f", fields[2][0])[0]
    return name, fields.get(4, fields.get(7))


def _tensor(content, directory):
    fields = _fields(content)
    name = _text(fields[8][0]) if 8 in fields else ""
    sides = _integers(fields.get(1, []))
    code = fields[2][0]
    if code not in TYPES:
        raise GraphError(f"the tensor {name} has the ONNX type {code}, which this reader does not know")
    kind = numpy.dtype(TYPES[code])
    if fields.get(14, [0])[0] == 1:
        place = {_text(entry[1][0]): _text(entry[2][0]) for entry in map(_fields, fields[13])}
        file = directory / place["location"]
        if file.resolve().parent != directory.resolve():
            raise GraphError(f"the tensor {name} lies outside the bundle: {place['location']}")
        whole = file.read_bytes()
        start = int(place.get("offset", 0))
        raw = whole[start : start + int(place.get("length", len(whole) - start))]
    elif 9 in fields:
        raw = fields[9][0]
    elif 4 in fields:
        raw = b"".join(fields[4])
    elif 7 in fields:
        return name, numpy.array(_integers(fields[7]), kind).reshape(sides)
    elif 5 in fields and code != 10:
        return name, numpy.array(_integers(fields[5]), kind).reshape(sides)
    else:
        raw = b""
    return name, numpy.frombuffer(raw, kind).reshape(sides)
