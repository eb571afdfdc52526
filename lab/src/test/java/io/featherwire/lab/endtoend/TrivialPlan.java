package io.featherwire.lab.endtoend;

import io.featherwire.cli.cds.TrivialBundle;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.lab.harness.FrameSender;
import io.featherwire.lab.harness.TrivialImages;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A benchmark plan with trivial networks, small batches and short commit intervals. */
final class TrivialPlan {

    private TrivialPlan() {}

    static BenchPlan of(int frames, Path directory) throws IOException {
        FrameSender.Image image = TrivialImages.image(1);
        return new BenchPlan(
                        TrivialBundle.write(directory.resolve("bundle")),
                        List.of(new EncodedImage(ImageEncoding.RGB8, image.width(), image.height(), image.bytes())),
                        frames,
                        8,
                        directory)
                .withLinger(Duration.ofMillis(5))
                .withLoopTime(Duration.ofMillis(100));
    }
}
