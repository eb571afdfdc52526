package io.featherwire.codec;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxModel;
import io.featherwire.codec.onnx.OnnxOptions;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Opens the graphs of bundles and heads, and compares the shapes of their inputs and outputs with the manifest. A
 * mismatch is thus found when a bundle is opened.
 */
final class BundleGraph {

    private BundleGraph() {}

    /** Creates an object that takes ownership of an open graph and must close the graph. */
    interface OwnerFactory<T> {
        T create(OnnxModel model) throws BundleException;
    }

    /** Opens a graph and passes it to its owner; closes the graph if the owner cannot be created. */
    static <T> T open(Path file, Device device, OnnxOptions onnx, OwnerFactory<T> factory) throws BundleException {
        OnnxModel model = OnnxModel.open(file, device, onnx);
        try {
            return factory.create(model);
        } catch (BundleException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /** Checks that the graph's input has this name and the shape [N, sides...]. */
    static void checkInput(Bundle bundle, OnnxModel model, String name, int... sides) throws BundleException {
        if (!model.inputName().equals(name)) {
            throw new BundleException(
                    "bundle " + bundle + ": a graph's input is '" + model.inputName() + "', must be '" + name + "'");
        }
        check(bundle, name, model.inputShape(), sides);
    }

    /** Checks that the graph has an output of this name with the shape [N, sides...]. */
    static void checkOutput(Bundle bundle, OnnxModel model, String name, int... sides) throws BundleException {
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
            throw new BundleException("bundle " + bundle + ": '" + name + "' has the shape " + Arrays.toString(actual)
                    + " in the graph, and " + Arrays.toString(sides) + " without the batch in the manifest");
        }
    }
}
