package io.featherwire.trainer;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;

/** Loads PyTorch without downloads and telemetry. */
public final class TorchEngine {
    private TorchEngine() {}

    /** Makes a manager of CPU arrays and sets the seed of PyTorch's random numbers (dropout, noise). */
    public static NDManager createManager(long seed) {
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        Engine engine = Engine.getEngine("PyTorch");
        engine.setRandomSeed((int) seed);
        return engine.newBaseManager(Device.cpu());
    }
}
