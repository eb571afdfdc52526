package io.featherwire.cli.demo;

import static java.util.Objects.requireNonNull;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The options of the demonstration.
 *
 * @param data data set or directory; empty for CIFAR-10 where it can be had, else synthetic scenes
 * @param bundle directory of a bundle; empty for the reference bundle or one trained for the purpose
 * @param frames to publish
 * @param rate how fast frames are fed
 * @param batch most frames in one run of the network
 * @param json file for the report
 * @param port of the dashboard; 0 for any
 * @param stay whether to keep the dashboard up until the JVM is asked to stop
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
