package io.featherwire.trainer.data;

import io.featherwire.datasets.ImageArray;
import io.featherwire.datasets.Permutation;
import java.util.SplittableRandom;

/** Makes augmented, enlarged and normalised batches of a table. A batch depends only on seed and first image. */
public final class Batcher {
    private final ImageArray table;
    private final Augmentation augmentation;
    private final int inputSize;
    private final BilinearResizer enlarger;
    private final ImageWarp distortion;
    private final float[][] levels = new float[3][256];
    private final long seed;

    public Batcher(ImageArray table, Normalisation normalisation, int inputSize, Augmentation augmentation, long seed) {
        this.table = table;
        this.augmentation = augmentation;
        this.inputSize = inputSize;
        this.seed = seed;
        enlarger = new BilinearResizer(table.side(), inputSize);
        distortion = new ImageWarp(table.side(), normalisation);
        for (int c = 0; c < 3; c++) {
            double mean = normalisation.mean().get(c);
            double std = normalisation.std().get(c);
            for (int v = 0; v < 256; v++) {
                levels[c][v] = (float) ((v / 255.0 - mean) / std);
            }
        }
    }

    /** The augmented batch that begins after {@code seen} images of an endless series of shuffled epochs. */
    public ImageBatch trainingBatch(long seen, int count) {
        return batch(trainingRows(seen, count), seen, true);
    }

    /** The labels of the batch that {@link #trainingBatch} returns. */
    public int[] trainingLabels(long seen, int count) {
        int[] labels = trainingRows(seen, count);
        for (int i = 0; i < count; i++) {
            labels[i] = table.labels()[labels[i]];
        }
        return labels;
    }

    private int[] trainingRows(long seen, int count) {
        int[] rows = new int[count];
        long epoch = -1;
        int[] order = {};
        for (int i = 0; i < count; i++) {
            long position = seen + i;
            if (position / table.size() != epoch) {
                epoch = position / table.size();
                order = Permutation.of(table.size(), mix(epoch));
            }
            rows[i] = order[(int) (position % table.size())];
        }
        return rows;
    }

    /** A batch of successive rows without augmentation. */
    public ImageBatch plainBatch(int from, int count) {
        int[] rows = new int[count];
        for (int i = 0; i < count; i++) {
            rows[i] = from + i;
        }
        return batch(rows, 0, false);
    }

    private ImageBatch batch(int[] rows, long seen, boolean augment) {
        int area = inputSize * inputSize;
        int side = table.side();
        float[] images = new float[rows.length * 3 * area];
        int[] labels = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            labels[i] = table.labels()[rows[i]];
            byte[] pixels = table.pixels()[rows[i]];
            float[] planes =
                    augment ? augment(pixels, new SplittableRandom(mix(~(seen + i)))) : shift(pixels, 0, 0, false);
            for (int c = 0; c < 3; c++) {
                enlarger.enlarge(planes, c * side * side, images, (3 * i + c) * area);
            }
        }
        return new ImageBatch(rows.length, images, labels);
    }

    private float[] augment(byte[] pixels, SplittableRandom random) {
        int pad = augmentation.pad();
        int dx = random.nextInt(2 * pad + 1) - pad;
        int dy = random.nextInt(2 * pad + 1) - pad;
        boolean flip = augmentation.flip() && random.nextBoolean();
        float[] planes = shift(pixels, dx, dy, flip);
        if (augmentation.distorted()) {
            planes = distortion.warp(planes, random);
        }
        if (augmentation.cutout() > 0) {
            cutOut(planes, random.nextInt(table.side()), random.nextInt(table.side()));
        }
        return planes;
    }

    /**
     * The normalised planes of the shifted and optionally mirrored image. Pixels outside the image are 0, the mean
     * colour.
     */
    private float[] shift(byte[] pixels, int dx, int dy, boolean flip) {
        int side = table.side();
        float[] planes = new float[3 * side * side];
        int at = 0;
        for (int c = 0; c < 3; c++) {
            float[] level = levels[c];
            for (int y = 0; y < side; y++) {
                int sy = y + dy;
                for (int x = 0; x < side; x++) {
                    int sx = (flip ? side - 1 - x : x) + dx;
                    boolean inside = sy >= 0 && sy < side && sx >= 0 && sx < side;
                    planes[at++] = inside ? level[pixels[3 * (sy * side + sx) + c] & 0xff] : 0;
                }
            }
        }
        return planes;
    }

    private void cutOut(float[] planes, int centreX, int centreY) {
        int side = table.side();
        int left = centreX - augmentation.cutout() / 2;
        int top = centreY - augmentation.cutout() / 2;
        for (int c = 0; c < 3; c++) {
            for (int y = Math.max(0, top); y < Math.min(side, top + augmentation.cutout()); y++) {
                for (int x = Math.max(0, left); x < Math.min(side, left + augmentation.cutout()); x++) {
                    planes[(c * side + y) * side + x] = 0;
                }
            }
        }
    }

    private long mix(long value) {
        return new SplittableRandom(seed ^ value * 0x9E3779B97F4A7C15L).nextLong();
    }
}
