package io.featherwire.trainer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Loss and accuracy on the augmented training images, with one point for each hundredth of the training. */
final class TrainingCurve {

    private static final double STEP = 0.01;

    /** Means over the images since the previous point. */
    private record Point(long images, double seconds, double loss, double accuracy) {}

    private final List<Point> points = new ArrayList<>();
    private double closedAt;
    private double lossSum;
    private double rightSum;
    private long counted;

    /**
     * Adds the results of a part of the training.
     *
     * @param progress progress at the end of the part, 0..1
     * @param images number of images processed until the end of the part
     * @param seconds training time until the end of the part
     * @param loss mean loss over the part
     * @param accuracy mean accuracy over the part
     * @param count number of images in the part
     */
    void add(double progress, long images, double seconds, double loss, double accuracy, long count) {
        lossSum += loss * count;
        rightSum += accuracy * count;
        counted += count;
        if (progress - closedAt >= STEP || progress >= 1) {
            points.add(new Point(images, seconds, lossSum / counted, rightSum / counted));
            closedAt = progress;
            lossSum = 0;
            rightSum = 0;
            counted = 0;
        }
    }

    /** The points, for a bundle's provenance. */
    List<Map<String, Object>> provenance() {
        return points.stream()
                .map(point -> {
                    Map<String, Object> values = new LinkedHashMap<>();
                    values.put("imagesSeen", point.images);
                    values.put("seconds", Math.round(point.seconds));
                    values.put("loss", Math.round(1e4 * point.loss) / 1e4);
                    values.put("trainAccuracy", Math.round(1e4 * point.accuracy) / 1e4);
                    return values;
                })
                .toList();
    }

    /** The points as text, for a checkpoint. */
    String toText() {
        StringBuilder text = new StringBuilder();
        for (Point point : points) {
            text.append(String.format(
                    Locale.ROOT, "%d %.1f %.5f %.5f%n", point.images, point.seconds, point.loss, point.accuracy));
        }
        return text.toString();
    }

    /** Restores the points of a checkpoint that was written at {@code progress}. */
    void restore(String text, double progress) {
        points.clear();
        text.lines()
                .map(line -> line.split(" "))
                .forEach(values -> points.add(new Point(
                        Long.parseLong(values[0]),
                        Double.parseDouble(values[1]),
                        Double.parseDouble(values[2]),
                        Double.parseDouble(values[3]))));
        closedAt = progress;
    }
}
