#!/usr/bin/env python3
"""Trains a small residual network on folders of 32 x 32 images and writes it as one ONNX file for `featherwire bundle create`.

    train_resnet.py --data FOLDER[:FIRST] [--data ...] --out DIR [--blocks 3] [--width 16] [--passes 600000]

FOLDER holds {train,test}/<class>/*.{jpg,png}. FIRST keeps the first so many classes in the order of their names, so that the
others stay unknown to the network. Several folders become one set of classes; each batch takes images from the folders in
proportion to the square root of their sizes.

The network is the ResNet for CIFAR-10 of He and others (Deep Residual Learning for Image Recognition, 2016, section 4.2): a
convolution, three stages of `blocks` basic blocks with width, 2 width and 4 width channels, global average pooling, one fully
connected layer; 6 blocks + 2 layers. Shortcuts that change the shape are 1 x 1 convolutions. Muon (Jordan, 2024) updates the
convolutions, SGD with Nesterov momentum the rest; the learning rate rises for a tenth of the steps and falls linearly to 0;
crops of the image padded by 4, mirroring, label smoothing 0.1. The weights written are the mean of the last tenth of the steps.

Writes into DIR
  resnet.onnx     image [N, 3, 32, 32] in 0..1, red green blue -> logits [N, classes]; opset 17, BatchNorm folded
  config.json     class names, as Hugging Face's tools write them (id2label)
  preprocessor_config.json   the image's size and range, likewise
  metrics.json    settings, accuracy on each folder's test images, parity of the graph
A checkpoint beside them lets a run that was broken off go on; delete it to begin again.

Needs torch, onnx, numpy and Pillow; onnxruntime only for the check of the graph. Not part of the Maven build, which never runs it.
"""

import argparse
import io
import json
import math
import pathlib
import sys
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image

MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)
OPSET = 17


def read(folder, split, classes):
    """uint8 [N, 3, 32, 32] and labels [N] of FOLDER/SPLIT, classes in the given order."""
    images, labels = [], []
    for label, name in enumerate(classes):
        for path in sorted((folder / split / name).iterdir()):
            if path.suffix.lower() in (".jpg", ".jpeg", ".png"):
                images.append(np.asarray(Image.open(io.BytesIO(path.read_bytes())).convert("RGB")).transpose(2, 0, 1))
                labels.append(label)
    return torch.from_numpy(np.stack(images)), torch.tensor(labels)


class Block(nn.Module):
    def __init__(self, channels_in, channels, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels)
        self.shortcut = nn.Sequential()
        if stride != 1 or channels_in != channels:
            self.shortcut = nn.Sequential(nn.Conv2d(channels_in, channels, 1, stride, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x):
        y = F.relu(self.norm1(self.conv1(x)))
        return F.relu(self.norm2(self.conv2(y)) + self.shortcut(x))


class ResNet(nn.Module):
    def __init__(self, blocks, width, classes):
        super().__init__()
        self.register_buffer("mean", torch.tensor(MEAN).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(STD).view(1, 3, 1, 1))
        layers, channels = [nn.Conv2d(3, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()], width
        for stage in range(3):
            for block in range(blocks):
                layers.append(Block(channels, width << stage, 2 if stage > 0 and block == 0 else 1))
                channels = width << stage
        self.stages = nn.Sequential(*layers)
        self.fc = nn.Linear(channels, classes)

    def forward(self, x):
        return self.fc(self.stages((x - self.mean) / self.std).mean((2, 3)))


def orthogonalised(g, steps=5):
    """The nearest semi-orthogonal matrix to g, by the quintic Newton and Schulz iteration that Muon uses."""
    x = g.flatten(1)
    turned = x.shape[0] > x.shape[1]
    x = x.T if turned else x
    x = x / (x.norm() + 1e-7)
    for _ in range(steps):
        a = x @ x.T
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return (x.T if turned else x).view_as(g)


class Muon(torch.optim.Optimizer):
    """Momentum with an orthogonalised update, scaled to the size of a random matrix of the same shape."""

    def __init__(self, params, lr, momentum, weight_decay):
        super().__init__(params, dict(lr=lr, momentum=momentum, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                velocity = self.state[p].setdefault("velocity", torch.zeros_like(p))
                velocity.mul_(group["momentum"]).add_(p.grad)
                update = orthogonalised(p.grad.add(velocity, alpha=group["momentum"]))
                rows, columns = p.shape[0], p[0].numel()
                p.mul_(1 - group["lr"] * group["weight_decay"])
                p.add_(update, alpha=-group["lr"] * math.sqrt(max(1, rows / columns)))


def altered(images, generator):
    """Random crops of the images, padded by 4 pixels with their mirrored border; half of them are flipped. uint8 [N, 3, 32, 32]."""
    n = len(images)
    padded = F.pad(images.float(), (4, 4, 4, 4), mode="reflect")
    rows = torch.randint(0, 9, (n, 1), generator=generator) + torch.arange(32)
    columns = torch.randint(0, 9, (n, 1), generator=generator) + torch.arange(32)
    mirrored = torch.rand(n, generator=generator) < 0.5
    columns[mirrored] = columns[mirrored].flip(1)
    at = torch.arange(n).view(n, 1, 1)
    return padded.permute(0, 2, 3, 1)[at, rows.unsqueeze(2), columns.unsqueeze(1)].permute(0, 3, 1, 2)


@torch.no_grad()
def accuracy(network, images, labels):
    right = 0
    for begin in range(0, len(images), 500):
        logits = network(images[begin:begin + 500].float() / 255)
        right += int((logits.argmax(1) == labels[begin:begin + 500]).sum())
    return right / len(images)


def progress(text, end=""):
    sys.stderr.write(("\r" if sys.stderr.isatty() else "") + text + ("" if sys.stderr.isatty() and not end else "\n"))
    sys.stderr.flush()


def train(network, sets, shares, args, out):
    matrices = [p for name, p in network.stages.named_parameters() if p.dim() == 4 and not name.startswith("0.")]
    chosen = {id(p) for p in matrices}
    rest = [p for p in network.parameters() if id(p) not in chosen]
    optimisers = [Muon(matrices, args.muon, 0.95, 5e-4), torch.optim.SGD(rest, args.lr, 0.9, weight_decay=5e-4, nesterov=True)]
    rates = [group["lr"] for o in optimisers for group in o.param_groups]
    steps, done = args.passes // args.batch, 0
    mean, averaged = None, 0
    checkpoint = out / "checkpoint.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint)
        if saved["steps"] != steps:
            raise SystemExit(f"{checkpoint} belongs to a run of {saved['steps']} steps, this run has {steps}: delete the checkpoint to start again")
        network.load_state_dict(saved["network"])
        for optimiser, state in zip(optimisers, saved["optimisers"]):
            optimiser.load_state_dict(state)
        done, mean, averaged = saved["done"], saved["mean"], saved["averaged"]
    begun, began_at, loss_mean, saved_at = time.time(), done, 0.0, time.time()
    network.train()
    for step in range(done, steps):
        generator = torch.Generator().manual_seed(args.seed * 1_000_003 + step)
        images, labels = [], []
        for (train_images, train_labels), share in zip(sets, shares):
            at = torch.randint(0, len(train_images), (share,), generator=generator)
            images.append(train_images[at])
            labels.append(train_labels[at])
        x = altered(torch.cat(images), generator) / 255
        x = x.contiguous(memory_format=torch.channels_last)
        position = (step + 1) / steps
        factor = position / 0.1 if position < 0.1 else (1 - position) / 0.9
        for rate, group in zip(rates, [g for o in optimisers for g in o.param_groups]):
            group["lr"] = rate * factor
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=args.bfloat16):
            logits = network(x)
        loss = F.cross_entropy(logits.float(), torch.cat(labels), label_smoothing=0.1)
        for optimiser in optimisers:
            optimiser.zero_grad()
        loss.backward()
        for optimiser in optimisers:
            optimiser.step()
        loss_mean = loss.item() if step == done else 0.98 * loss_mean + 0.02 * loss.item()
        if position > 0.9:
            averaged += 1
            state = {name: value.clone() for name, value in network.state_dict().items()}
            mean = state if mean is None else {name: value + (state[name] - value) / averaged if value.is_floating_point() else value
                                               for name, value in mean.items()}
        if step % 50 == 49 or step == steps - 1:
            seconds = time.time() - begun
            rate = (step + 1 - began_at) * args.batch / seconds
            progress(f"{100 * position:5.1f} % step {step + 1:,} of {steps:,}, loss {loss_mean:.3f}, {rate:.0f} images/s, "
                     f"left {(steps - step - 1) * args.batch / rate:.0f} s", end="\n" if step == steps - 1 else "")
        if time.time() - saved_at > 60 or step == steps - 1:
            partial = checkpoint.with_suffix(".partial")
            torch.save(dict(steps=steps, done=step + 1, network=network.state_dict(), mean=mean, averaged=averaged,
                            optimisers=[o.state_dict() for o in optimisers]), partial)
            partial.replace(checkpoint)
            saved_at = time.time()
    network.load_state_dict(mean)


@torch.no_grad()
def settle(network, sets, shares, seed):
    """Recomputes the statistics of BatchNorm for the averaged weights, from 50 batches of training images."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.reset_running_stats()
            module.momentum = None
    network.train()
    generator = torch.Generator().manual_seed(seed)
    for _ in range(50):
        images = [train_images[torch.randint(0, len(train_images), (share,), generator=generator)]
                  for (train_images, _), share in zip(sets, shares)]
        network(altered(torch.cat(images), generator) / 255)
    network.eval()


def write(network, classes, out):
    path = out / "resnet.onnx"
    torch.onnx.export(network, torch.rand(2, 3, 32, 32), path, opset_version=OPSET, input_names=["image"], output_names=["logits"],
                      dynamic_axes={"image": {0: "N"}, "logits": {0: "N"}})
    (out / "config.json").write_text(json.dumps({"id2label": {str(i): name for i, name in enumerate(classes)}}, indent=2) + "\n")
    (out / "preprocessor_config.json").write_text(json.dumps({
        "do_resize": True, "size": {"height": 32, "width": 32}, "resample": 2, "do_rescale": True, "rescale_factor": 1 / 255,
        "do_normalize": False}, indent=2) + "\n")
    return path


def parity(network, path):
    """The largest difference of a logit between PyTorch and ONNX Runtime, or None if ONNX Runtime is not installed."""
    try:
        import onnxruntime
    except ImportError:
        return None
    x = torch.rand(64, 3, 32, 32)
    with torch.no_grad():
        expected = network(x).numpy()
    return float(np.abs(onnxruntime.InferenceSession(str(path)).run(None, {"image": x.numpy()})[0] - expected).max())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", action="append", required=True, metavar="FOLDER[:FIRST]")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--blocks", type=int, default=3)
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--passes", type=int, default=600_000, help="number of training images in all epochs together")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--lr", type=float, default=0.1)
    parser.add_argument("--muon", type=float, default=0.05)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--bfloat16", action="store_true", help="train in bfloat16, which is faster on processors that support it")
    args = parser.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    args.out.mkdir(parents=True, exist_ok=True)

    sets, tests, classes, folders = [], [], [], []
    for text in args.data:
        folder, _, first = text.partition(":")
        folder = pathlib.Path(folder)
        names = sorted(p.name for p in (folder / "train").iterdir() if p.is_dir())
        names = names[:int(first)] if first else names
        both = set(names) & set(classes)
        if both:
            raise SystemExit(f"{folder} and an earlier folder have classes with equal names: {', '.join(sorted(both))}")
        images, labels = read(folder, "train", names)
        sets.append((images, labels + len(classes)))
        images, labels = read(folder, "test", names)
        tests.append((images, labels + len(classes)))
        folders.append({"folder": folder.name, "classes": len(names), "trainImages": len(sets[-1][0]), "testImages": len(images)})
        classes += names
        progress(f"{folder}: {len(names)} classes, {len(sets[-1][0]):,} training images", end="\n")
    roots = [math.sqrt(len(images)) for images, _ in sets]
    shares = [round(args.batch * root / sum(roots)) for root in roots]
    shares[0] += args.batch - sum(shares)

    network = ResNet(args.blocks, args.width, len(classes)).to(memory_format=torch.channels_last)
    train(network, sets, shares, args, args.out)
    settle(network, sets, shares, args.seed)
    path = write(network, classes, args.out)
    for folder, (images, labels) in zip(folders, tests):
        folder["testAccuracy"] = round(accuracy(network, images, labels), 4)
        progress(f"{folder['folder']}: {100 * folder['testAccuracy']:.2f} % of {folder['testImages']:,} test images, "
                 f"among {len(classes)} classes", end="\n")
    (args.out / "metrics.json").write_text(json.dumps({
        "network": f"ResNet-{6 * args.blocks + 2}, width {args.width}", "data": folders, "imagesABatchByFolder": shares,
        "settings": {k: v for k, v in vars(args).items() if k not in ("data", "out", "threads")},
        "parameters": sum(p.numel() for p in network.parameters()), "bytes": path.stat().st_size,
        "torch": torch.__version__, "largestLogitDifference": parity(network, path)}, indent=2) + "\n")
    progress(f"wrote {path}, {path.stat().st_size:,} bytes", end="\n")


if __name__ == "__main__":
    main()
