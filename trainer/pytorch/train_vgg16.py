#!/usr/bin/env python3
"""Trains VGG16 on one CUDA GPU and writes plain ONNX graphs for `featherwire train --backbone ... --head ...`.

    train_vgg16.py --data DATA --out DIR [--input 224] [--width 1.0] [--hidden 512] [--epochs 30] [--minutes M]

DATA is one of
  a folder        {train,test}/<class>/*.{jpg,png}
  another folder  train.tar.gz and test.tar.gz, whose members end in <class>/<name>.{jpg,png}
  a file          CIFAR-10's official cifar-10-binary.tar.gz (50,000 training and 10,000 test images)
All images must have one size, which need not be the network's: they are enlarged on the GPU.

The network is the one that the Java trainer builds: 13 convolutions 3x3 with BatchNorm while training, 5 max-pools,
three fully connected layers; bfloat16 autocast, SGD with Nesterov momentum, one-cycle schedule, label smoothing.
A tenth of the training images (at most 2,500) is held out for validation; the test images are looked at once, at the end.
Of folders and archives the very images are held out that `featherwire train --seed SEED` holds out of the same folders, so
that what it chooses by is unknown to the backbone that it imports; its recipe must say `validationImages: 2500`.

Writes into DIR
  backbone.onnx   image [N, 3, S, S] -> feature [N, F, S/32, S/32]: Conv (BatchNorm folded), Relu, MaxPool
  head.onnx       feature -> logits [N, classes]: Flatten, Gemm, Relu
  metrics.json    settings, mean and std of the normalisation, class names, accuracies, parity of the graphs
Both graphs are plain ONNX, opset 17, with float16 initialisers cast to float32 (--float32 for exact ones).
With --pieces MIB a larger file is cut into NAME.part00, NAME.part01, ...; `cat NAME.part* > NAME` joins them.

Needs torch, onnx, numpy and Pillow. Not part of the Maven build, which never runs it.
"""

import argparse
import io
import json
import math
import pathlib
import tarfile
import time

import numpy as np
import onnx
import torch
import torch.nn as nn
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)
STAGES = ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512))
OPSET, IR_VERSION = 17, 8
MASK = (1 << 64) - 1


# ---- data ------------------------------------------------------------------------------------------------------------

def pixels(data):
    """Decodes the bytes of an image file to uint8 [3, H, W]."""
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).transpose(2, 0, 1)


def folder_images(root):
    for path in root.rglob("*"):
        if path.suffix.lower() in (".jpg", ".jpeg", ".png"):
            yield path.parts[-2:], path.read_bytes()


def tar_images(path):
    with tarfile.open(path) as tar:
        for member in tar:
            if member.isfile() and member.name.lower().endswith((".jpg", ".jpeg", ".png")):
                yield tuple(member.name.split("/")[-2:]), tar.extractfile(member).read()


def scattered(text):
    """The hash by which the Java data sets sort their files: FNV-1a with the finaliser of SplitMix64; signed, as in Java."""
    value = 0xCBF29CE484222325
    for character in text:
        value = (value ^ ord(character)) * 0x100000001B3 & MASK
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 & MASK
    value = (value ^ value >> 27) * 0x94D049BB133111EB & MASK
    return signed(value ^ value >> 31, 64)


def labelled(images, split):
    """((class, file name), bytes) pairs as uint8 [N, 3, H, W], labels [N] and class names; sorted as in Java."""
    files = sorted((scattered(f"{split}/{name}/{file}"), name, file, data) for (name, file), data in images)
    arrays = [pixels(data) for _, _, _, data in files]
    if len({a.shape for a in arrays}) != 1:
        raise SystemExit("the images must exist and all have one size, found " + str({a.shape for a in arrays}))
    classes = sorted({name for _, name, _, _ in files})
    return np.stack(arrays), np.array([classes.index(name) for _, name, _, _ in files]), classes


def signed(value, bits):
    return value - (1 << bits) if value >> bits - 1 else value


def permutation(n, seed):
    """The order of the Java trainer's Permutation: a Fisher–Yates shuffle with java.util.SplittableRandom."""
    state, order = seed & MASK, np.zeros(n, np.int64)

    def next_int():
        nonlocal state
        state = state + 0x9E3779B97F4A7C15 & MASK
        z = (state ^ state >> 33) * 0x62A9D9ED799705F5 & MASK
        return ((z ^ z >> 28) * 0xCB24D0A5C88C35B3 & MASK) >> 32

    def below(bound):
        drawn = next_int()
        if bound & bound - 1 == 0:
            return drawn & bound - 1
        while True:
            drawn >>= 1
            rest = drawn % bound
            if drawn + bound - 1 - rest < 1 << 31:
                return rest
            drawn = next_int()

    for i in range(n):
        j = below(i + 1)
        order[i] = order[j]
        order[j] = i
    return order


def cifar10_binary(path):
    """The official archive, with its classes sorted by name."""
    parts = {}
    with tarfile.open(path) as tar:
        for member in tar:
            if member.name.endswith((".bin", "batches.meta.txt")):
                parts[member.name.split("/")[-1]] = tar.extractfile(member).read()
    original = parts["batches.meta.txt"].decode().split()
    classes = sorted(original)
    order = np.array([classes.index(name) for name in original])

    def split(files):
        rows = np.frombuffer(b"".join(parts[f] for f in files), np.uint8).reshape(-1, 3073)
        return rows[:, 1:].reshape(-1, 3, 32, 32), order[rows[:, 0]]

    return split(f"data_batch_{i}.bin" for i in range(1, 6)), split(["test_batch.bin"]), classes


def load(data):
    """((images, labels), (test images, test labels), classes)"""
    data = pathlib.Path(data)
    if data.is_file():
        return cifar10_binary(data)
    splits = []
    for split in ("train", "test"):
        archive = data / f"{split}.tar.gz"
        splits.append(labelled(tar_images(archive) if archive.exists() else folder_images(data / split), split))
    if splits[0][2] != splits[1][2]:
        raise SystemExit(f"training and test images have different classes: {splits[0][2]}, {splits[1][2]}")
    return splits[0][:2], splits[1][:2], splits[0][2]


def augment(x):
    """Flips each image, shifts it by up to an eighth of its side, and blanks a square of a quarter of the side, at random; x [N, 3, H, W]."""
    n, _, h, w = x.shape
    shift, half = h // 8, h // 8
    flip = torch.rand(n, device=x.device) < 0.5
    x = torch.where(flip[:, None, None, None], x.flip(3), x)
    x = F.pad(x, (shift,) * 4, mode="reflect")
    down, right = torch.randint(0, 2 * shift + 1, (2, n), device=x.device)
    rows = torch.arange(h, device=x.device)[None] + down[:, None]
    columns = torch.arange(w, device=x.device)[None] + right[:, None]
    image = torch.arange(n, device=x.device)[:, None, None, None]
    channel = torch.arange(3, device=x.device)[None, :, None, None]
    x = x[image, channel, rows[:, None, :, None], columns[:, None, None, :]]
    cy = torch.randint(0, h, (n,), device=x.device)
    cx = torch.randint(0, w, (n,), device=x.device)
    in_rows = (torch.arange(h, device=x.device)[None, :, None] - cy[:, None, None]).abs() < half
    in_columns = (torch.arange(w, device=x.device)[None, None, :] - cx[:, None, None]).abs() < half
    return x.masked_fill((in_rows & in_columns)[:, None], 0.0)


def enlarge(x, side):
    """Resizes with half-pixel centres, as the codec's resizer does."""
    x = F.interpolate(x, size=(side, side), mode="bilinear", align_corners=False)
    return x.contiguous(memory_format=torch.channels_last)


# ---- network ---------------------------------------------------------------------------------------------------------

def head_of(values, hidden, classes):
    return nn.Sequential(
        nn.Flatten(),
        nn.Dropout(0.5), nn.Linear(values, hidden), nn.ReLU(inplace=True),
        nn.Dropout(0.5), nn.Linear(hidden, hidden), nn.ReLU(inplace=True),
        nn.Linear(hidden, classes))


class Vgg16(nn.Module):
    def __init__(self, width, side, hidden, classes):
        super().__init__()
        layers, channels = [], 3
        for stage in STAGES:
            for full in stage:
                out = int(full * width)
                layers += [nn.Conv2d(channels, out, 3, padding=1, bias=False), nn.BatchNorm2d(out), nn.ReLU(inplace=True)]
                channels = out
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        self.channels = channels
        self.head = head_of(channels * (side // 32) ** 2, hidden, classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(module, nn.Linear):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
                nn.init.zeros_(module.bias)

    def forward(self, x):
        return self.head(self.features(x))


@torch.no_grad()
def accuracy(model, images, labels, prepare, batch=500):
    model.eval()
    hits = 0
    for i in range(0, len(images), batch):
        with torch.autocast(images.device.type, dtype=torch.bfloat16):
            hits += (model(prepare(images[i:i + batch])).argmax(1) == labels[i:i + batch]).sum().item()
    model.train()
    return hits / len(images)


def one_cycle(done, peak):
    """The learning rate after this share of the training: it rises for a fifth of the training, then falls, each along half a cosine."""
    half = lambda low, high, share: high + (low - high) * (1 + math.cos(math.pi * share)) / 2
    return half(peak / 25, peak, done / 0.2) if done < 0.2 else half(peak, peak / 1e5, (done - 0.2) / 0.8)


def train(model, images, labels, validation, normalise, side, minutes, args):
    """Trains in place on images of this side and returns the history, with an entry per epoch."""
    decayed = [p for p in model.parameters() if p.ndim > 1]
    plain = [p for p in model.parameters() if p.ndim <= 1]
    groups = [dict(params=decayed, weight_decay=5e-4), dict(params=plain, weight_decay=0.0)]
    optimiser = torch.optim.SGD(groups, lr=args.lr, momentum=0.9, nesterov=True)
    steps = len(images) // args.batch
    done = 0.0
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.1)
    history, passes, start = [], 0, time.time()
    for epoch in range(1, args.epochs + 1):
        order = torch.randperm(len(images), device=images.device)
        total, before = torch.zeros((), device=images.device), passes
        for step in range(steps):
            done = ((epoch - 1) * steps + step) / (args.epochs * steps)
            if minutes:
                done = max(done, (time.time() - start) / (minutes * 60))
            if done >= 1:
                break
            for group in optimiser.param_groups:
                group["lr"] = one_cycle(done, args.lr)
            chosen = order[step * args.batch:(step + 1) * args.batch]
            with torch.autocast(images.device.type, dtype=torch.bfloat16):
                x = enlarge(augment(normalise(images[chosen])), side)
                loss = loss_of(model(x), labels[chosen])
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimiser.step()
            total += loss.detach()
            passes += args.batch
        held_out = accuracy(model, *validation, lambda v: enlarge(normalise(v), side))
        seconds = time.time() - start
        mean_loss = total.item() * args.batch / max(1, passes - before)
        history.append(dict(input=side, epoch=epoch, images=passes, loss=mean_loss, validation=held_out, seconds=seconds))
        print(f"input {side}  epoch {epoch}/{args.epochs}  loss {history[-1]['loss']:.3f}  validation {held_out:.4f}  "
              f"{passes / seconds:.0f} images/s  {seconds:.0f} s", flush=True)
        if not math.isfinite(history[-1]["loss"]):
            raise SystemExit("the training has diverged; try a lower --lr")
        if done >= 1:
            break
    return history


# ---- graphs ----------------------------------------------------------------------------------------------------------

def backbone_steps(model):
    """(operator, weights, attributes) for each node; every BatchNorm folded into the convolution before it."""
    steps, modules, i = [], list(model.features), 0
    while i < len(modules):
        if isinstance(modules[i], nn.Conv2d):
            conv, norm = modules[i], modules[i + 1]
            scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
            weights = (conv.weight * scale[:, None, None, None], norm.bias - norm.running_mean * scale)
            steps.append(("Conv", weights, dict(kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[1, 1])))
            steps.append(("Relu", (), {}))
            i += 3
        else:
            steps.append(("MaxPool", (), dict(kernel_shape=[2, 2], strides=[2, 2])))
            i += 1
    return steps


def head_steps(model):
    steps = [("Flatten", (), dict(axis=1))]
    for layer in model.head:
        if isinstance(layer, nn.Linear):
            steps.append(("Gemm", (layer.weight, layer.bias), dict(transB=1)))
        elif isinstance(layer, nn.ReLU):
            steps.append(("Relu", (), {}))
    return steps


def graph(name, source, target, steps, half):
    """An ONNX model of a chain of nodes; source and target are (name, sides without the batch)."""
    nodes, initialisers, value = [], [], source[0]
    for k, (operator, weights, attributes) in enumerate(steps, 1):
        inputs = [value]
        for kind, weight in zip(("weight", "bias"), weights):
            key = f"{operator.lower()}{k}.{kind}"
            array = weight.detach().float().cpu().numpy()
            if half:
                initialisers.append(numpy_helper.from_array(array.astype(np.float16), key + ".f16"))
                nodes.append(helper.make_node("Cast", [key + ".f16"], [key], name=key, to=TensorProto.FLOAT))
            else:
                initialisers.append(numpy_helper.from_array(array, key))
            inputs.append(key)
        value = target[0] if k == len(steps) else f"{operator.lower()}{k}"
        nodes.append(helper.make_node(operator, inputs, [value], name=f"{operator.lower()}{k}", **attributes))
    declare = lambda end: helper.make_tensor_value_info(end[0], TensorProto.FLOAT, ["N", *end[1]])
    model = helper.make_model(
        helper.make_graph(nodes, name, [declare(source)], [declare(target)], initialisers),
        opset_imports=[helper.make_opsetid("", OPSET)], producer_name="featherwire")
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model, full_check=True)
    return model


@torch.no_grad()
def run(model, x):
    """Runs a graph of this script in torch with the numbers of the file, to check folding and rounding."""
    values = {i.name: torch.from_numpy(numpy_helper.to_array(i).copy()).to(x.device) for i in model.graph.initializer}
    values[model.graph.input[0].name] = x
    for node in model.graph.node:
        v = [values[name] for name in node.input]
        if node.op_type == "Cast":
            y = v[0].float()
        elif node.op_type == "Conv":
            y = F.conv2d(v[0], v[1], v[2], padding=1)
        elif node.op_type == "Gemm":
            y = F.linear(v[0], v[1], v[2])
        elif node.op_type == "Relu":
            y = F.relu(v[0])
        elif node.op_type == "MaxPool":
            y = F.max_pool2d(v[0], 2)
        else:
            y = v[0].flatten(1)
        values[node.output[0]] = y
    return y


def write(path, data, pieces):
    size = pieces << 20
    if not pieces or len(data) <= size:
        path.write_bytes(data)
        return
    for k in range(math.ceil(len(data) / size)):
        path.with_name(f"{path.name}.part{k:02d}").write_bytes(data[k * size:(k + 1) * size])


# ---- main ------------------------------------------------------------------------------------------------------------

def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--data", required=True)
    p.add_argument("--out", required=True)
    p.add_argument("--input", type=int, default=224, help="side of the network's input in pixels, a multiple of 32")
    p.add_argument("--width", type=float, default=1.0)
    p.add_argument("--hidden", type=int, default=512, help="values of the two hidden fully connected layers")
    p.add_argument("--epochs", type=int, default=30)
    p.add_argument("--batch", type=int, default=256)
    p.add_argument("--lr", type=float, default=0.05)
    p.add_argument("--minutes", type=float, default=0, help="adapt the schedule to this time; 0: no limit")
    p.add_argument("--first", type=int, default=0, metavar="INPUT", help="train first on images of this side, with a separate head")
    p.add_argument("--first-minutes", type=float, default=2, metavar="M", help="duration of this first training, part of --minutes")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--device", default="cuda", help="cuda, cuda:n, or cpu to try the script on a few images")
    p.add_argument("--float32", action="store_true", help="write initialisers in float32, twice as large")
    p.add_argument("--pieces", type=int, default=0, metavar="MIB", help="cut larger files into pieces of this size")
    args = p.parse_args()
    if args.input < 32 or args.input % 32 or args.first % 32:
        p.error("--input and --first must be multiples of 32")
    if args.first and not args.minutes > args.first_minutes > 0:
        p.error("--first needs --minutes, and --first-minutes below that")
    return args


def main():
    args = arguments()
    if args.device != "cpu" and not torch.cuda.is_available():
        raise SystemExit("no CUDA GPU is usable; use --device cpu only to try the script on a few images")
    out = pathlib.Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(args.seed)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = torch.backends.cudnn.benchmark = True
    start = time.time()
    (images, labels), test, classes = load(args.data)
    order = permutation(len(images), args.seed)
    to_device = lambda array: torch.from_numpy(np.ascontiguousarray(array)).to(args.device)
    images, labels = to_device(images[order]), to_device(labels[order]).long()
    test = to_device(test[0]), to_device(test[1]).long()
    held = min(2500, len(images) // 10)
    validation, images, labels = (images[:held], labels[:held]), images[held:], labels[held:]
    print(f"{len(images)} training, {held} validation and {len(test[0])} test images of {len(classes)} classes, "
          f"read in {time.time() - start:.0f} s", flush=True)
    mean = torch.tensor(MEAN, device=args.device).view(1, 3, 1, 1)
    std = torch.tensor(STD, device=args.device).view(1, 3, 1, 1)
    normalise = lambda v: (v.float() / 255 - mean) / std
    prepare = lambda v: enlarge(normalise(v), args.input)

    network = lambda side: Vgg16(args.width, side, args.hidden, len(classes)).to(args.device).to(memory_format=torch.channels_last)
    model, history, left = network(args.input), [], args.minutes
    if args.first:
        small = network(args.first)
        small.features = model.features
        history += train(small, images, labels, validation, normalise, args.first, args.first_minutes, args)
        left -= args.first_minutes
        del small
    history += train(model, images, labels, validation, normalise, args.input, left, args)
    torch.save(model.state_dict(), out / "model.pt")

    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    test_accuracy = accuracy(model, *test, prepare)
    model.eval()
    cell = args.input // 32
    feature = ("feature", [model.channels, cell, cell])
    backbone = graph("backbone", ("image", [3, args.input, args.input]), feature, backbone_steps(model), not args.float32)
    head = graph("head", feature, ("logits", [len(classes)]), head_steps(model), not args.float32)
    sample = prepare(test[0][:16])
    with torch.no_grad():
        parity = (run(head, run(backbone, sample)) - model(sample)).abs().max().item()
    write(out / "backbone.onnx", backbone.SerializeToString(), args.pieces)
    write(out / "head.onnx", head.SerializeToString(), args.pieces)
    (out / "metrics.json").write_text(json.dumps(dict(
        settings={k: v for k, v in vars(args).items() if k not in ("data", "out")}, mean=MEAN, std=STD, resize="bilinear", classes=classes,
        trainingImages=len(images), validationImages=held, testImages=len(test[0]),
        device=torch.cuda.get_device_name() if args.device != "cpu" else "cpu", torch=torch.__version__, history=history,
        testAccuracy=test_accuracy, largestLogitDifferenceOfTheGraphs=parity), indent=1))
    print(f"test accuracy {test_accuracy:.4f} on {len(test[0])} images; graphs differ by {parity:.2g} in a logit at most")


if __name__ == "__main__":
    main()
