package io.featherwire.cli.bench;

import io.featherwire.cli.console.DownloadBar;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.datasets.CacheDirectory;
import io.featherwire.datasets.Datasets;
import io.featherwire.datasets.Split;
import io.featherwire.harness.Feed;
import io.featherwire.harness.TrivialBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is measured with: a bundle and images. */
final class BenchInput {

    private static final int MOST_IMAGES = 2_000;

    @Option(
            names = "--bundle",
            paramLabel = "DIR",
            description = "The bundle. Left out: trivial networks, so that Kafka and everything around them shows.")
    private @Nullable Path bundle;

    @Option(
            names = "--data",
            paramLabel = "DATA",
            defaultValue = "synthetic",
            description =
                    "With --bundle: cifar10, synthetic, or a directory of class folders. Default: ${DEFAULT-VALUE}.")
    private String data = "synthetic";

    /** The bundle's directory; the trivial one is written into the scratch directory. */
    Path bundle(Path scratch) throws IOException {
        return bundle == null ? TrivialBundle.write(scratch.resolve("bundle")) : bundle;
    }

    List<EncodedImage> images() throws IOException {
        List<EncodedImage> images = new ArrayList<>();
        if (bundle == null) {
            for (int n = 0; n < 100; n++) {
                Feed.Image image = TrivialBundle.image(n);
                images.add(new EncodedImage(ImageEncoding.RGB8, image.width(), image.height(), image.bytes()));
            }
            return images;
        }
        Split test = Datasets.open(data, CacheDirectory.locate(), new DownloadBar(System.err))
                .test();
        for (int i = 0; i < Math.min(MOST_IMAGES, test.size()); i++) {
            images.add(test.get(i).image());
        }
        return images;
    }

    static void delete(Path root) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> paths = Files.walk(root)) {
            deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }
}
