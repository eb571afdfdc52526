package io.featherwire.cli.demo;

import static java.util.Objects.requireNonNull;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The options of the demonstration.
 *
 * @param data the data set or directory; empty for CIFAR-10 if it can be downloaded quickly, else synthetic scenes
 * @param bundle the directory of the bundle; empty for the reference bundle or a bundle that is trained first
 * @param frames the number of frames to publish
 * @param rate the rate at which frames are fed
 * @param batch the maximum number of frames in one run of the network
 * @param json the file for the report as JSON
 * @param port the port of the dashboard; 0 for any free port
 * @param stay whether the dashboard stays up until the JVM is asked to stop
 */
@RecordBuilder
record DemoOptions(
        Optional<String> data,
        Optional<Path> bundle,
        int frames,
        DemoRate rate,
        int batch,
        Optional<Path> json,
        int port,
        String device,
        boolean stay) {

    public DemoOptions {
        requireNonNull(data, "data");
        requireNonNull(bundle, "bundle");
        requireNonNull(rate, "rate");
        requireNonNull(json, "json");
        requireNonNull(device, "device");
        if (frames < 1 || batch < 1) {
            throw new IllegalArgumentException("frames " + frames + ", batch " + batch);
        }
    }
}
