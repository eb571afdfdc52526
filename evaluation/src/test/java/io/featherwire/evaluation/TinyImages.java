package io.featherwire.evaluation;

import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.codec.testing.TinyBundle;
import io.featherwire.datasets.LabelledImage;
import io.featherwire.datasets.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Images of one colour with a little noise, labelled by the strongest colour, which the tiny bundle predicts. */
public final class TinyImages {

    private static final int EDGE = 16;

    private TinyImages() {}

    /** Labels 0, 1, 2, 0, 1, 2, … */
    public static List<LabelledImage> labelled(int count, long seed) {
        Random random = new Random(seed);
        List<LabelledImage> images = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            images.add(new LabelledImage("image " + i, noisy(i % 3, random), i % 3));
        }
        return images;
    }

    private static EncodedImage noisy(int colour, Random random) {
        byte[] rgb = new byte[3 * EDGE * EDGE];
        int strong = 150 + random.nextInt(60);
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) ((i % 3 == colour ? strong : 90) + random.nextInt(21));
        }
        return new EncodedImage(ImageEncoding.RGB8, EDGE, EDGE, rgb);
    }

    public static Split split(List<LabelledImage> images) {
        return new Split() {
            @Override
            public int size() {
                return images.size();
            }

            @Override
            public LabelledImage get(int index) {
                return images.get(index);
            }
        };
    }

    public static EvaluationData data(List<LabelledImage> images) {
        return new EvaluationData("tiny", "test", TinyBundle.CLASSES, split(images), split(labelled(60, 99)));
    }
}
