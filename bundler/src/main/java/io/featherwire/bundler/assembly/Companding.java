package io.featherwire.bundler.assembly;

import java.util.List;

/**
 * A root that values of 0 and above are taken to before the linear transform, and the way back: a uniform error of the root is a small error of small values and
 * a larger one of large values, and what is 0 stays 0. The way back is made of products and square roots, which every machine rounds alike.
 */
public enum Companding {
    /** Values as they are, those below 0 too. */
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
        String compress(GraphPart part, String value) {
            return value;
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
        String compress(GraphPart part, String value) {
            return part.node("Sqrt", "root", List.of(part.node("Relu", "positive", List.of(value))));
        }

        @Override
        String expand(GraphPart part, String root) {
            String positive = part.node("Relu", "positive", List.of(root));
            return part.node("Mul", "expanded", List.of(positive, positive));
        }
    };

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

    /** Roots of all values, a new array. */
    public final float[] compress(float[] values) {
        float[] roots = new float[values.length];
        for (int i = 0; i < roots.length; i++) {
            roots[i] = compress(values[i]);
        }
        return roots;
    }

    /** Adds what takes a tensor's roots; the name of the result. */
    abstract String compress(GraphPart part, String value);

    /** Adds the way back; the name of the result. */
    abstract String expand(GraphPart part, String root);
}
