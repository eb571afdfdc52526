package io.featherwire.bundler.assembly;

import java.util.List;

/**
 * A power function with an exponent below 1, applied to non-negative values before the linear transform, and its
 * inverse. A uniform error of the compressed value is thus a small error of a small value and a larger error of a large
 * value; 0 stays 0. The inverse consists of products and square roots, which every machine rounds identically.
 */
public enum Companding {
    /** No companding: values do not change, and may be negative. */
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
        float shiftFactor() {
            return 0;
        }

        @Override
        String addCompression(GraphAssembler part, String value) {
            return value;
        }

        @Override
        String addSlope(GraphAssembler part, String root) {
            throw new IllegalStateException("a feature without companding has no slope");
        }

        @Override
        String addExpansion(GraphAssembler part, String root) {
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
            return 1.5f * (float) Math.sqrt(Math.max(MIN_ROOT, root));
        }

        @Override
        float shiftFactor() {
            return 0.25f;
        }

        @Override
        String addSlope(GraphAssembler part, String root) {
            String bounded =
                    part.addNode("Max", "bounded", List.of(root, part.addFloats("least", new float[] {MIN_ROOT}, 1)));
            return part.addNode(
                    "Mul",
                    "slope",
                    List.of(
                            part.addNode("Sqrt", "sloping", List.of(bounded)),
                            part.addFloats("factor", new float[] {1.5f}, 1)));
        }

        @Override
        String addCompression(GraphAssembler part, String value) {
            String positive = part.addNode("Relu", "positive", List.of(value));
            return part.addNode("Pow", "root", List.of(positive, part.addFloats("power", new float[] {2f / 3}, 1)));
        }

        @Override
        String addExpansion(GraphAssembler part, String root) {
            String positive = part.addNode("Relu", "positive", List.of(root));
            return part.addNode(
                    "Mul", "expanded", List.of(positive, part.addNode("Sqrt", "rooted", List.of(positive))));
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
            return 2 * Math.max(MIN_ROOT, root);
        }

        @Override
        float shiftFactor() {
            return 0.5f;
        }

        @Override
        String addSlope(GraphAssembler part, String root) {
            String bounded =
                    part.addNode("Max", "bounded", List.of(root, part.addFloats("least", new float[] {MIN_ROOT}, 1)));
            return part.addNode("Add", "slope", List.of(bounded, bounded));
        }

        @Override
        String addCompression(GraphAssembler part, String value) {
            return part.addNode("Sqrt", "root", List.of(part.addNode("Relu", "positive", List.of(value))));
        }

        @Override
        String addExpansion(GraphAssembler part, String root) {
            String positive = part.addNode("Relu", "positive", List.of(root));
            return part.addNode("Mul", "expanded", List.of(positive, positive));
        }
    };

    /**
     * The lower bound of the argument at which slopes are computed: the slope at 0 is 0, but an error moves a value
     * away from 0.
     */
    private static final float MIN_ROOT = 0.02f;

    /** The lower bound of the argument at which shifts are computed: the cut at 0 limits the shift of small values. */
    private static final float MIN_SHIFTED = 0.03f;

    /**
     * Returns the companding for features: a power for non-negative vectors, such as means of activations, none for
     * other features.
     */
    public static Companding of(float[] features, FeatureLayout layout) {
        if (layout.positions() > 1) {
            return NONE;
        }
        for (float value : features) {
            if (!(value >= 0)) {
                return NONE;
            }
        }
        return TWO_THIRDS;
    }

    /** Returns the compressed value. */
    public abstract float compress(float value);

    /** Returns the inverse; a negative argument counts as 0. */
    public abstract float expand(float root);

    /** Returns the derivative of the inverse. */
    public abstract float slope(float root);

    /**
     * Returns by how much errors of a compressed value raise the expanded value in the mean, divided by the slope. The
     * inverse is convex, so that a positive error changes the expanded value more than a negative one.
     *
     * @param squaredError the mean squared error of compressed values
     */
    public final float shift(float root, float squaredError) {
        return shiftFactor() * squaredError / Math.max(MIN_SHIFTED, root);
    }

    /** Returns the second derivative of the inverse, times the compressed value, divided by twice the slope. */
    abstract float shiftFactor();

    /** Adds the shifts to a graph and returns the name of the result. */
    final String addShift(GraphAssembler part, String root, float squaredError) {
        String least = part.addFloats("shift.least", new float[] {MIN_SHIFTED}, 1);
        float scaled = shiftFactor() * squaredError;
        return part.addNode(
                "Div",
                "shift",
                List.of(
                        part.addFloats("shift.scaled", new float[] {scaled}, 1),
                        part.addNode("Max", "shift.bounded", List.of(root, least))));
    }

    /** Compresses all values into a new array. */
    public final float[] compress(float[] values) {
        float[] roots = new float[values.length];
        for (int i = 0; i < roots.length; i++) {
            roots[i] = compress(values[i]);
        }
        return roots;
    }

    /** Adds the derivative of the inverse to a graph and returns the name of the result. */
    abstract String addSlope(GraphAssembler part, String root);

    /** Adds the companding of a tensor to a graph and returns the name of the result. */
    abstract String addCompression(GraphAssembler part, String value);

    /** Adds the inverse to a graph and returns the name of the result. */
    abstract String addExpansion(GraphAssembler part, String root);
}
