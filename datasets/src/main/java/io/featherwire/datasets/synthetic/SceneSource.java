package io.featherwire.datasets.synthetic;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** An endless source of labelled images. Each image is a function of seed, stream and number. */
public final class SceneSource {

    /** Width and height of every image, in pixels. */
    public static final int SIDE = 32;

    /** Version of the renderer. It increases when a seed gives other images than before. */
    public static final int VERSION = 1;

    private static final List<Shape> SHAPES = List.of(Shape.values());

    private final long seed;
    private final SceneCondition condition;

    private SceneSource(long seed, SceneCondition condition) {
        this.seed = seed;
        this.condition = requireNonNull(condition, "condition");
    }

    /**
     * Makes a source; empty if the condition is unknown.
     *
     * @param condition clear, fog, night or camera
     */
    public static Optional<SceneSource> of(long seed, String condition) {
        return Optional.ofNullable(SceneCondition.forName(condition)).map(found -> new SceneSource(seed, found));
    }

    public static List<String> classes() {
        return Arrays.stream(Shape.values()).map(Shape::label).toList();
    }

    /** The class of an image. Each group of ten successive images shows each class once. */
    public int label(int stream, int number) {
        int[] order = new int[SHAPES.size()];
        Arrays.setAll(order, i -> i);
        SplitMix64 random = SplitMix64.of(seed, 2L * stream, number / SHAPES.size());
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int kept = order[i];
            order[i] = order[j];
            order[j] = kept;
        }
        return order[number % SHAPES.size()];
    }

    /** Renders an image as a JPEG file. A number shows the same scene under every condition. */
    public byte[] jpeg(int stream, int number) {
        SplitMix64 random = SplitMix64.of(seed, 2L * stream + 1, number);
        Scene scene = Scene.of(SHAPES.get(label(stream, number)), random);
        byte[] rgb = new Renderer(SIDE, scene, condition).render(random);
        return JpegEncoder.encode(rgb, SIDE, condition.quality());
    }
}
