package io.featherwire.trainer.data;

import io.featherwire.datasets.ImageArray;
import java.util.List;
import java.util.stream.Stream;

/**
 * Mean and standard deviation of each colour channel, for pixel values in 0..1.
 *
 * @param mean means of red, green and blue
 * @param std standard deviations of red, green and blue
 */
public record Normalisation(List<Double> mean, List<Double> std) {
    /** The normalisation of ImageNet, which published VGG16 weights expect. */
    public static final Normalisation IMAGENET =
            new Normalisation(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));

    private static final String RULE =
            "normalisation is '%s'; it must be data, imagenet, or six numbers as 0.485,0.456,0.406/0.229,0.224,0.225";
    private static final double LEAST = 1e-2;

    public Normalisation {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
    }

    /** Parses {@code imagenet} or six numbers: the means of red, green and blue, then the standard deviations. */
    public static Normalisation parse(String text) {
        if (text.equals("imagenet")) {
            return IMAGENET;
        }
        try {
            List<Double> numbers =
                    Stream.of(text.split("[,/ ]+")).map(Double::valueOf).toList();
            if (numbers.size() == 6) {
                return new Normalisation(numbers.subList(0, 3), numbers.subList(3, 6));
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(RULE.formatted(text), e);
        }
        throw new IllegalArgumentException(RULE.formatted(text));
    }

    /** Measures the normalisation of a table, rounded to four decimals. */
    public static Normalisation of(ImageArray table) {
        Double[] mean = new Double[3];
        Double[] std = new Double[3];
        for (int c = 0; c < 3; c++) {
            long sum = 0;
            long squares = 0;
            long count = 0;
            for (byte[] image : table.pixels()) {
                for (int i = c; i < image.length; i += 3) {
                    int v = image[i] & 0xff;
                    sum += v;
                    squares += (long) v * v;
                    count++;
                }
            }
            double m = sum / (double) count;
            mean[c] = round(m / 255);
            std[c] = Math.max(LEAST, round(Math.sqrt(squares / (double) count - m * m) / 255));
        }
        return new Normalisation(List.of(mean), List.of(std));
    }

    private static double round(double value) {
        return Math.round(value * 1e4) / 1e4;
    }
}
