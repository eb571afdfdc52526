package io.featherwire.datasets.synthetic;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** An endless supply of labelled pictures, each a function of seed, stream and number. */
public final class SceneSource {

    /** Width and height of every picture. */
    public static final int SIDE = 32;

    /** Raised whenever the same seed would give other pictures. */
    public static final int VERSION = 1;

    private static final List<Shape> SHAPES = List.of(Shape.values());

    private final long seed;
    private final Condition condition;

    private SceneSource(long seed, Condition condition) {
        this.seed = seed;
        this.condition = requireNonNull(condition, "condition");
    }

    /** @param condition clear, fog, night or camera; empty if there is no such condition */
    public static Optional<SceneSource> of(long seed, String condition) {
        return Optional.ofNullable(Condition.named(condition)).map(found -> new SceneSource(seed, found));
    }

    public static List<String> classes() {
        return Arrays.stream(Shape.values()).map(Shape::label).toList();
    }

    /** The class of a picture: each ten in a row show each class once. */
    public int label(int stream, int number) {
        int[] order = new int[SHAPES.size()];
        Arrays.setAll(order, i -> i);
        SplitMix64 dice = SplitMix64.of(seed, 2L * stream, number / SHAPES.size());
        for (int i = order.length - 1; i > 0; i--) {
            int j = dice.below(i + 1);
            int kept = order[i];
            order[i] = order[j];
            order[j] = kept;
        }
        return order[number % SHAPES.size()];
    }

    /** The picture as a JPEG file; whatever the condition, the same number shows the same scene. */
    public byte[] jpeg(int stream, int number) {
        SplitMix64 dice = SplitMix64.of(seed, 2L * stream + 1, number);
        Scene scene = Scene.of(SHAPES.get(label(stream, number)), dice);
        byte[] rgb = new Renderer(SIDE, scene, condition).picture(dice);
        return Jpeg.encode(rgb, SIDE, condition.quality());
    }
}
