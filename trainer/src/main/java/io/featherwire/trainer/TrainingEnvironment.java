package io.featherwire.trainer;

import ai.djl.engine.Engine;
import java.util.Map;
import java.util.TreeMap;

/** Describes the machine and the libraries of a training. */
final class TrainingEnvironment {
    private TrainingEnvironment() {}

    static String describe() {
        return System.getProperty("os.name") + " " + System.getProperty("os.arch") + ", "
                + Runtime.getRuntime().availableProcessors() + " processors";
    }

    static Map<String, String> versions() {
        Map<String, String> versions = new TreeMap<>();
        versions.put("java", System.getProperty("java.version"));
        versions.put("pytorch", Engine.getEngine("PyTorch").getVersion());
        versions.put("djl", Engine.getDjlVersion());
        return versions;
    }
}
