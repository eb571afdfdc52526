package io.featherwire.cli.demo;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What to demonstrate.
 *
 * @param data data set or directory; empty for CIFAR-10 where it can be had, else synthetic scenes
 * @param bundle directory of a bundle; empty for the reference bundle or one trained for the purpose
 * @param frames to publish
 * @param rate images a second, 0 for as many as possible
 * @param batch most frames in one run of the network
 * @param json file for the report
 * @param port of the dashboard; 0 for any
 * @param stay whether to keep the dashboard up until the JVM is told to stop
 */
public record DemoOptions(
        Optional<String> data,
        Optional<Path> bundle,
        int frames,
        double rate,
        int batch,
        Optional<Path> json,
        int port,
        String device,
        boolean stay) {

    public DemoOptions {
        requireNonNull(data, "data");
        requireNonNull(bundle, "bundle");
        requireNonNull(json, "json");
        requireNonNull(device, "device");
        if (frames < 1 || rate < 0 || batch < 1) {
            throw new IllegalArgumentException("frames " + frames + ", rate " + rate + ", batch " + batch);
        }
    }
}
