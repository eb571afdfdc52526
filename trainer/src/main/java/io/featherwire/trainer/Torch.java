package io.featherwire.trainer;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;

/** Loads PyTorch without downloads or telemetry. */
public final class Torch {
    private Torch() {}

    /** A manager of CPU arrays; the engine's own random numbers (dropout, noise) start at the seed. */
    public static NDManager manager(long seed) {
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        Engine engine = Engine.getEngine("PyTorch");
        engine.setRandomSeed((int) seed);
        return engine.newBaseManager(Device.cpu());
    }
}
