package io.featherwire.producer;

import io.featherwire.datasets.CacheDirectory;
import io.featherwire.datasets.Dataset;
import io.featherwire.datasets.DatasetException;
import io.featherwire.datasets.Datasets;
import io.featherwire.datasets.DownloadListener;
import io.featherwire.datasets.FileNames;
import io.featherwire.datasets.ImageFolderDataset;
import io.featherwire.datasets.Split;
import io.featherwire.runtime.config.ConfigException;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.SettingValues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of the source: a split of a data set, the files of a directory, or new files in a directory.
 *
 * @param data the data set or directory; - for the files named on standard input
 * @param watch the directory to watch, instead of {@code data}
 * @param watchExisting whether existing files are sent
 * @param watchInterval the interval between two scans, and the time for which a file must stay unchanged to count as
 *     complete
 */
public record SourceConfig(
        Optional<String> data,
        Part part,
        boolean loop,
        Optional<Path> watch,
        boolean watchExisting,
        Duration watchInterval) {

    /** The parts of a data set. */
    public enum Part {
        TRAIN,
        TEST,
        /** Test images first. */
        ALL
    }

    /** A source and the classes of its labels; no classes for unlabelled images. */
    public record Opened(ImageSource source, List<String> classes) {}

    private static final String STANDARD_INPUT = "-";

    private static final Setting<String> DATA = Setting.text(
                    "data",
                    "Images that the command publishes: cifar10, "
                            + "synthetic[:images][:fog|:night|:camera], a directory, or - to read the names of "
                            + "image files from standard input, one name per line.")
            .optional();
    private static final Setting<String> FROM = Setting.text(
            "from",
            "Image files that the command compresses: a directory, - to read the names of image "
                    + "files from standard input, one name per line, or a data set (cifar10, synthetic).");
    private static final Setting<String> SOURCE = Setting.text(
                    "source",
                    "Source of the images: the http://... address of a camera (MJPEG), mjpeg:- to read "
                            + "concatenated JPEG pictures (from ffmpeg, for example) from standard input, a "
                            + "directory, - to read the names of image files from standard input, one name per "
                            + "line, or a data set (cifar10, synthetic). Each image of a directory or data set is "
                            + "captured once, even if the device restarts.")
            .optional();
    private static final Setting<Part> PART = Setting.choice(
                    "split",
                    "Part of the data set that the command sends: its training images, its test images, "
                            + "or all images.",
                    Part.class)
            .withDefault("test");
    private static final Setting<Boolean> LOOP = Setting.flag(
                    "loop", "Whether the command sends all images again after the last image, without end.")
            .withDefault("false");
    private static final Setting<Path> WATCH = Setting.path(
                    "watch",
                    "Directory that the command watches. The command sends image files that appear in "
                            + "the directory or in its subdirectories.")
            .optional();
    private static final Setting<Boolean> WATCH_EXISTING = Setting.flag(
                    "watch.existing",
                    "Whether the command also sends the files that are in the watched directory when "
                            + "the command starts.")
            .withDefault("false");
    private static final Setting<Duration> WATCH_INTERVAL = Setting.duration(
                    "watch.interval",
                    "Time between two scans of the watched directory. The command reads a file only "
                            + "after the file has not changed for one interval.",
                    Duration.ofMillis(10),
                    Duration.ofHours(1))
            .withDefault("500ms");

    /** All settings of a source. */
    public static final List<Setting<?>> SETTINGS = List.of(DATA, PART, LOOP, WATCH, WATCH_EXISTING, WATCH_INTERVAL);

    /** All settings of a finite source that is named by {@code from}. */
    public static final List<Setting<?>> FROM_SETTINGS = List.of(FROM, PART, LOOP);

    private static final Setting<List<String>> CAMERAS = Setting.list(Setting.text(
                    "cameras",
                    "List of cameras. Each entry is SENSOR=ADDRESS; the setting source describes the "
                            + "addresses of cameras. The process loads the network once for all cameras.",
                    "SENSOR=http://... or SENSOR=mjpeg:-",
                    camera -> camera.indexOf('=') > 0
                            && CameraSource.isCameraAddress(camera.substring(camera.indexOf('=') + 1))))
            .optional();
    private static final Setting<Duration> EVERY = Setting.duration(
                    "every",
                    "Interval at which the device takes the newest picture of a camera. With 0 the "
                            + "device takes every picture.",
                    Duration.ZERO,
                    Duration.ofDays(1))
            .withDefault("0ms");
    private static final Setting<Duration> SILENCE = Setting.duration(
                    "camera.timeout",
                    "Maximum time without data from a camera. After this time the device reconnects to "
                            + "the camera.",
                    Duration.ofMillis(200),
                    Duration.ofMinutes(10))
            .withDefault("10s");
    private static final Setting<Boolean> POST = Setting.flag(
                    "images.post",
                    "Whether the HTTP server also accepts images by POST /images. The HTTP server "
                            + "responds with 202 once the image is in the outbox. The settings http.host and "
                            + "http.token control who can send requests.")
            .withDefault("false");

    /** All settings of the source of edge mode with an outbox. */
    static final List<Setting<?>> EDGE_SETTINGS =
            List.of(SOURCE, PART, LOOP, WATCH, WATCH_EXISTING, WATCH_INTERVAL, CAMERAS, EVERY, SILENCE, POST);

    /**
     * The settings of cameras and of the HTTP upload, which are used beside files or instead of them.
     *
     * @param addresses the addresses of cameras by sensor id; an empty id stands for the device's own sensor
     * @param every the interval between two pictures of a camera; zero for every picture
     * @param silence the time without data after which the connection to a camera is made again
     * @param post whether images are accepted over HTTP
     */
    record Live(Map<String, String> addresses, Duration every, Duration silence, boolean post) {}

    /** @param values read with {@link #EDGE_SETTINGS} */
    static Live live(SettingValues values) {
        Map<String, String> addresses = new LinkedHashMap<>();
        for (String camera : values.find(CAMERAS).orElse(List.of())) {
            int at = camera.indexOf('=');
            if (addresses.put(camera.substring(0, at), camera.substring(at + 1)) != null) {
                throw new ConfigException(
                        "cameras",
                        camera.substring(0, at) + " twice",
                        "a different sensor for each camera",
                        "rename one of them");
            }
        }
        values.find(SOURCE).filter(CameraSource::isCameraAddress).ifPresent(address -> addresses.put("", address));
        long readers = addresses.values().stream()
                        .filter(CameraSource.STANDARD_INPUT::equals)
                        .count()
                + values.find(SOURCE).filter(STANDARD_INPUT::equals).stream().count();
        if (readers > 1) {
            throw new ConfigException(
                    "source, cameras",
                    readers + " readers of standard input",
                    "one camera or list of names on standard input",
                    "start a process of its own for each of them");
        }
        return new Live(addresses, values.get(EVERY), values.get(SILENCE), values.get(POST));
    }

    public SourceConfig {
        if (data.isPresent() == watch.isPresent()) {
            throw new ConfigException(
                    "data, watch",
                    data.isPresent() ? "both are set" : "neither is set",
                    "exactly one of them",
                    "give --data synthetic, --data DIR or --watch DIR");
        }
    }

    /** @param values read with {@link #SETTINGS} */
    public static SourceConfig from(SettingValues values) {
        return new SourceConfig(
                values.find(DATA),
                values.get(PART),
                values.get(LOOP),
                values.find(WATCH),
                values.get(WATCH_EXISTING),
                values.get(WATCH_INTERVAL));
    }

    /** @param values read with {@link #FROM_SETTINGS} */
    public static SourceConfig fromSettings(SettingValues values) {
        return new SourceConfig(
                Optional.of(values.get(FROM)),
                values.get(PART),
                values.get(LOOP),
                Optional.empty(),
                false,
                Duration.ZERO);
    }

    /**
     * The settings of the file source; empty if all images come from cameras or over HTTP.
     *
     * @param values read with {@link #EDGE_SETTINGS}
     */
    static Optional<SourceConfig> fromEdgeSettings(SettingValues values) {
        Optional<String> files = values.find(SOURCE).filter(source -> !CameraSource.isCameraAddress(source));
        boolean camera = values.find(SOURCE).isPresent() && files.isEmpty();
        boolean live = camera || values.find(CAMERAS).isPresent() || values.get(POST);
        if (files.isEmpty() && values.find(WATCH).isEmpty() && live) {
            return Optional.empty();
        }
        if (files.isPresent() == values.find(WATCH).isPresent()) {
            throw new ConfigException(
                    "source, watch",
                    files.isPresent() ? "both are set" : "neither is set",
                    "exactly one of them, or cameras, or images.post",
                    "give --source DIR, --source http://CAMERA/PATH or --watch DIR");
        }
        return Optional.of(new SourceConfig(
                files,
                values.get(PART),
                values.get(LOOP),
                values.find(WATCH),
                values.get(WATCH_EXISTING),
                values.get(WATCH_INTERVAL)));
    }

    /** Whether each image is captured only once, even if the source is opened again after a restart. */
    boolean isReadOnce() {
        return data.isPresent() && !data.get().equals(STANDARD_INPUT) && !loop || watch.isPresent() && watchExisting;
    }

    /** Opens the source. A directory without class folders is read as unlabelled images. */
    public Opened open(DownloadListener download) throws IOException {
        if (watch.isPresent()) {
            return new Opened(WatchedDirectory.of(watch.get(), watchInterval, watchExisting), List.of());
        }
        String spec = data.orElseThrow();
        if (spec.equals(STANDARD_INPUT)) {
            return new Opened(ListedFiles.of(System.in), List.of());
        }
        Path directory = path(spec);
        if (Files.isDirectory(directory)) {
            if (!ImageFolderDataset.isLaidOut(directory)) {
                return new Opened(FileSource.below(directory, loop), List.of());
            }
            return open(ImageFolderDataset.open(directory, true));
        }
        return open(Datasets.open(spec, CacheDirectory.locate(), download));
    }

    private static Path path(String spec) throws DatasetException {
        try {
            return Path.of(spec);
        } catch (InvalidPathException e) {
            throw new DatasetException(
                    "'" + FileNames.printable(spec) + "' is not a valid path on this system: " + e.getReason()
                            + "; in a locale without UTF-8, set LC_ALL=C.UTF-8",
                    e);
        }
    }

    private Opened open(Dataset dataset) {
        Split split =
                switch (part) {
                    case TRAIN -> dataset.train();
                    case TEST -> dataset.test();
                    case ALL -> dataset.test().concat(dataset.train());
                };
        List<String> remarks = new ArrayList<>(dataset.remarks());
        int all = dataset.train().size() + dataset.test().size();
        if (split.size() < all) {
            remarks.add("of " + all + " images, only the " + split.size() + " of the "
                    + (part == Part.TEST ? "test" : "training") + " split are sent (--split all sends all images)");
        }
        return new Opened(
                new DatasetSource(dataset.name(), dataset.classes(), split, loop, remarks), dataset.classes());
    }

    /** Explains why there was nothing to publish. */
    String emptyReason() {
        String spec = data.orElse("");
        if (spec.equals(STANDARD_INPUT)) {
            return "standard input named no image file that can be read";
        }
        String where =
                switch (part) {
                    case TRAIN -> "the training images of ";
                    case TEST, ALL -> "";
                };
        return "no .jpg, .jpeg or .png file that can be read in " + where + FileNames.printable(spec);
    }
}
