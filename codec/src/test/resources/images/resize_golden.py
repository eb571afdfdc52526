"""Makes the resize-*.png of ResizeMethodTest from scene.png, with Pillow and numpy: python3 resize_golden.py, in this directory.

Antialiased: Pillow's own resize, what torchvision does with antialias. Aliased: PyTorch's interpolate without antialias
(half-pixel centres, align_corners False, edges repeated, cubic a = -0.75), written out here.
"""

import numpy as np
from PIL import Image

SCENE = Image.open("scene.png").convert("RGB")


def aliased(image, width, height, cubic):
    def axis(values, to):
        """values [from, ...] to [to, ...]"""
        count = values.shape[0]
        scale = count / to
        out = np.zeros((to,) + values.shape[1:])
        for i in range(to):
            centre = (i + 0.5) * scale - 0.5
            base = int(np.floor(centre))
            t = centre - base
            if cubic:
                a = -0.75
                near = lambda x: ((a + 2) * x - (a + 3)) * x * x + 1
                far = lambda x: ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
                taps = [(base - 1, far(t + 1)), (base, near(t)), (base + 1, near(1 - t)), (base + 2, far(2 - t))]
            else:
                taps = [(base, 1 - t), (base + 1, t)]
            for at, weight in taps:
                out[i] += weight * values[min(max(at, 0), count - 1)]
        return out

    values = np.asarray(image, dtype=np.float64)
    values = axis(values, height)
    values = axis(values.transpose(1, 0, 2), width).transpose(1, 0, 2)
    return Image.fromarray(np.clip(np.round(values), 0, 255).astype(np.uint8))


def stretched(image, size, resample):
    return image.resize((size, size), resample)


def cropped(image, shortest, size, resample):
    """torchvision: Resize(shortest), CenterCrop(size)."""
    width, height = image.size
    if width <= height:
        width, height = shortest, int(shortest * height / width)
    else:
        width, height = int(shortest * width / height), shortest
    resized = image.resize((width, height), resample)
    left = int(round((width - size) / 2.0))
    top = int(round((height - size) / 2.0))
    return resized.crop((left, top, left + size, top + size))


def letterboxed(image, size, resample, gray):
    width, height = image.size
    ratio = size / max(width, height)
    inner = image.resize((max(1, round(width * ratio)), max(1, round(height * ratio))), resample)
    square = Image.new("RGB", (size, size), (gray, gray, gray))
    square.paste(inner, ((size - inner.size[0]) // 2, (size - inner.size[1]) // 2))
    return square


for name, resample in {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}.items():
    for size in (12, 96):
        stretched(SCENE, size, resample).save(f"resize-{name}-{size}.png")
        aliased(SCENE, size, size, name == "bicubic").save(f"resize-{name}_aliased-{size}.png")
    cropped(SCENE, 20, 16, resample).save(f"resize-{name}_crop_20-16.png")
    letterboxed(SCENE, 24, resample, 114).save(f"resize-{name}_letterbox_114-24.png")
