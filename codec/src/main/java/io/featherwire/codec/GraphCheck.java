package io.featherwire.codec;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.onnx.OnnxModel;
import java.util.Arrays;

/** Compares a graph's sides with what the manifest says, so that a mismatch shows when a bundle is opened. */
final class GraphCheck {

    private GraphCheck() {}

    /** The input must be called {@code name} and be [N, sides...]. */
    static void input(Bundle bundle, OnnxModel model, String name, int... sides) throws BundleException {
        if (!model.inputName().equals(name)) {
            throw new BundleException(
                    "bundle " + bundle + ": a graph's input is '" + model.inputName() + "', must be '" + name + "'");
        }
        check(bundle, name, model.inputShape(), sides);
    }

    /** There must be an output called {@code name}, and it must be [N, sides...]. */
    static void output(Bundle bundle, OnnxModel model, String name, int... sides) throws BundleException {
        if (!model.outputNames().contains(name)) {
            throw new BundleException("bundle " + bundle + ": a graph's outputs are " + model.outputNames()
                    + ", must include '" + name + "'");
        }
        check(bundle, name, model.outputShape(name), sides);
    }

    private static void check(Bundle bundle, String name, long[] actual, int... sides) throws BundleException {
        boolean same = actual.length == sides.length + 1;
        for (int i = 0; same && i < sides.length; i++) {
            same = actual[i + 1] == sides[i] || actual[i + 1] == -1;
        }
        if (!same) {
            throw new BundleException("bundle " + bundle + ": '" + name + "' has the sides " + Arrays.toString(actual)
                    + " in the graph, N and " + Arrays.toString(sides) + " in the manifest");
        }
    }
}
