package io.featherwire.bundler.assembly;

import java.util.List;

/**
 * A root that values of 0 and above are taken to before the linear transform, and the way back: a uniform error of the root is a small error of small values and
 * a larger one of large values, and what is 0 stays 0. The way back is made of products and square roots, which every machine rounds alike.
 */
public enum Companding {
    /** No companding: values are unchanged, also negative ones. */
    NONE {
        @Override
        public float compress(float value) {
            return value;
        }

        @Override
        public float expand(float root) {
            return root;
        }

        @Override
        public float slope(float root) {
            return 1;
        }

        @Override
        String compress(GraphPart part, String value) {
            return value;
        }

        @Override
        String slope(GraphPart part, String root) {
            throw new IllegalStateException("what is not companded has no slope");
        }

        @Override
        String expand(GraphPart part, String root) {
            return root;
        }
    },

    /** x to the power of 2/3. */
    TWO_THIRDS {
        @Override
        public float compress(float value) {
            return (float) Math.pow(Math.max(0, value), 2.0 / 3);
        }

        @Override
        public float expand(float root) {
            float positive = Math.max(0, root);
            return positive * (float) Math.sqrt(positive);
        }

        @Override
        public float slope(float root) {
            return 1.5f * (float) Math.sqrt(Math.max(LEAST_ROOT, root));
        }

        @Override
        String slope(GraphPart part, String root) {
            String bounded =
                    part.node("Max", "bounded", List.of(root, part.floats("least", new float[] {LEAST_ROOT}, 1)));
            return part.node(
                    "Mul",
                    "slope",
                    List.of(
                            part.node("Sqrt", "sloping", List.of(bounded)),
                            part.floats("factor", new float[] {1.5f}, 1)));
        }

        @Override
        String compress(GraphPart part, String value) {
            String positive = part.node("Relu", "positive", List.of(value));
            return part.node("Pow", "root", List.of(positive, part.floats("power", new float[] {2f / 3}, 1)));
        }

        @Override
        String expand(GraphPart part, String root) {
            String positive = part.node("Relu", "positive", List.of(root));
            return part.node("Mul", "expanded", List.of(positive, part.node("Sqrt", "rooted", List.of(positive))));
        }
    },

    /** The square root. */
    ROOT {
        @Override
        public float compress(float value) {
            return (float) Math.sqrt(Math.max(0, value));
        }

        @Override
        public float expand(float root) {
            float positive = Math.max(0, root);
            return positive * positive;
        }

        @Override
        public float slope(float root) {
            return 2 * Math.max(LEAST_ROOT, root);
        }

        @Override
        String slope(GraphPart part, String root) {
            String bounded =
                    part.node("Max", "bounded", List.of(root, part.floats("least", new float[] {LEAST_ROOT}, 1)));
            return part.node("Add", "slope", List.of(bounded, bounded));
        }

        @Override
        String compress(GraphPart part, String value) {
            return part.node("Sqrt", "root", List.of(part.node("Relu", "positive", List.of(value))));
        }

        @Override
        String expand(GraphPart part, String root) {
            String positive = part.node("Relu", "positive", List.of(root));
            return part.node("Mul", "expanded", List.of(positive, positive));
        }
    };

    /** Slopes are those of this root at least: nothing moves at 0, but errors take a value away from there. */
    private static final float LEAST_ROOT = 0.02f;

    /** What suits features: a root for vectors of values that are never below 0, such as means of activations; nothing for others. */
    public static Companding of(float[] features, FeatureForm form) {
        if (form.positions() > 1) {
            return NONE;
        }
        for (float value : features) {
            if (!(value >= 0)) {
                return NONE;
            }
        }
        return TWO_THIRDS;
    }

    /** A value's root. */
    public abstract float compress(float value);

    /** The value of a root; a root below 0 counts as 0. */
    public abstract float expand(float root);

    /** How much farther than a root its value moves. */
    public abstract float slope(float root);

    /** Roots of all values, a new array. */
    public final float[] compress(float[] values) {
        float[] roots = new float[values.length];
        for (int i = 0; i < roots.length; i++) {
            roots[i] = compress(values[i]);
        }
        return roots;
    }

    /** Adds the slopes at roots; the name of the result. */
    abstract String slope(GraphPart part, String root);

    /** Adds what takes a tensor's roots; the name of the result. */
    abstract String compress(GraphPart part, String value);

    /** Adds the way back; the name of the result. */
    abstract String expand(GraphPart part, String root);
}
