package io.featherwire.lab.bench;

import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.producer.camera.JpegStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of a camera as JPEG images into memory, in order, from a video (by ffmpeg) or from a directory of
 * files.
 */
final class VideoFrames {

    private static final int MOST_BYTES = 16 << 20;

    private VideoFrames() {}

    /**
     * Reads the frames.
     *
     * @param max maximum number of frames
     * @throws IOException if there is no frame, or if ffmpeg is missing or fails
     */
    static List<EncodedImage> read(Path source, int max) throws IOException {
        List<EncodedImage> frames = Files.isDirectory(source) ? readFiles(source, max) : readVideo(source, max);
        if (frames.isEmpty()) {
            throw new IOException("no frame could be read from " + source);
        }
        return frames;
    }

    private static List<EncodedImage> readFiles(Path directory, int max) throws IOException {
        List<EncodedImage> frames = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file :
                    files.filter(VideoFrames::isJpeg).sorted().limit(max).toList()) {
                frames.add(jpeg(Files.readAllBytes(file)));
            }
        }
        return frames;
    }

    private static boolean isJpeg(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return Files.isRegularFile(file) && (name.endsWith(".jpg") || name.endsWith(".jpeg"));
    }

    private static List<EncodedImage> readVideo(Path file, int max) throws IOException {
        Process ffmpeg = new ProcessBuilder(
                        "ffmpeg",
                        "-v",
                        "error",
                        "-i",
                        file.toString(),
                        "-frames:v",
                        Integer.toString(max),
                        "-f",
                        "image2pipe",
                        "-c:v",
                        "mjpeg",
                        "-q:v",
                        "2",
                        "-")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (InputStream in = ffmpeg.getInputStream()) {
            List<EncodedImage> frames = new ArrayList<>();
            var pictures = new JpegStream(in, MOST_BYTES, () -> {}, () -> {});
            for (byte @Nullable [] picture = pictures.next(); picture != null; picture = pictures.next()) {
                frames.add(jpeg(picture));
            }
            return frames;
        } finally {
            ffmpeg.destroy();
        }
    }

    private static EncodedImage jpeg(byte[] bytes) {
        return new EncodedImage(ImageEncoding.JPEG, 0, 0, bytes);
    }
}
