package io.featherwire.cli.head;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.featherwire.cli.console.CommandException;
import io.featherwire.schemas.Label;
import io.featherwire.schemas.serde.AvroSerde;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/** Labels by sensor and frame id; the last label of a frame counts. */
public final class FrameLabels {

    private record Frame(String sensorId, String frameId) {}

    /** Sensor id of labels without one: they match the frame of any sensor. */
    private static final String ANY = "";

    private final LabelFilter filter;
    private final Map<Frame, String> labels = new HashMap<>();
    private final Set<Frame> used = new HashSet<>();
    private long replaced;
    private long unreadable;
    private long ofOtherHeads;
    private long ofOtherClasses;

    private FrameLabels(LabelFilter filter) {
        this.filter = filter;
    }

    /**
     * Reads a CSV file with the columns frameId and label. The columns sensorId (if frame ids are not unique among
     * sensors) and head are optional.
     */
    public static FrameLabels ofFile(Path file, LabelFilter filter) throws IOException {
        var read = new FrameLabels(filter);
        var format = CsvSchema.emptySchema().withHeader();
        try (MappingIterator<Map<String, String>> rows =
                new CsvMapper().readerForMapOf(String.class).with(format).readValues(file.toFile())) {
            while (rows.hasNextValue()) {
                Map<String, String> row = rows.nextValue();
                String frame = row.get("frameId");
                String label = row.get("label");
                if (frame == null || label == null) {
                    throw new CommandException(file + " must have a first line with the columns frameId and label, and"
                            + " sensorId where frame ids are not unique among sensors; it has "
                            + row.keySet());
                }
                String head = row.get("head");
                if (head != null && !head.isBlank() && !head.equals(filter.head())) {
                    read.ofOtherHeads++;
                } else {
                    read.put(row.getOrDefault("sensorId", ANY), frame, label);
                }
            }
        }
        return read;
    }

    /** Reads the names of files in class folders. Each file, such as a sorted thumbnail, is named after its frame. */
    public static FrameLabels ofFolders(Path directory, LabelFilter filter) throws IOException {
        var read = new FrameLabels(filter);
        try (Stream<Path> files = Files.walk(directory, 2)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String name = String.valueOf(file.getFileName());
                Path folder = file.getParent();
                if (folder == null || folder.equals(directory) || name.startsWith(".")) {
                    read.unreadable++;
                } else {
                    int dot = name.lastIndexOf('.');
                    read.put(ANY, dot > 0 ? name.substring(0, dot) : name, String.valueOf(folder.getFileName()));
                }
            }
        }
        return read;
    }

    /** Reads a topic of label records. */
    public static FrameLabels ofTopic(TopicScan topic, AvroSerde<Label> serde, LabelFilter filter) {
        var read = new FrameLabels(filter);
        topic.forEach(record -> {
            try {
                if (record.key() == null || record.value() == null) {
                    read.unreadable++;
                    return;
                }
                Label label = serde.decode(record.value());
                if (label.getHead() != null && !label.getHead().equals(filter.head())) {
                    read.ofOtherHeads++;
                } else {
                    read.put(new String(record.key(), StandardCharsets.UTF_8), label.getFrameId(), label.getLabel());
                }
            } catch (SerializationException e) {
                read.unreadable++;
            }
        });
        return read;
    }

    private void put(String sensorId, String frameId, String label) {
        if (label.isBlank()) {
            unreadable++;
        } else if (!filter.hasClass(label.strip())) {
            ofOtherClasses++;
        } else if (labels.put(new Frame(sensorId, frameId), label.strip()) != null) {
            replaced++;
        }
    }

    /** The class names, in order. */
    public List<String> classes() {
        return List.copyOf(new TreeSet<>(labels.values()));
    }

    /** The label of a frame; empty if it has none. */
    public Optional<String> label(String sensorId, String frameId) {
        return find(new Frame(sensorId, frameId)).or(() -> find(new Frame(ANY, frameId)));
    }

    private Optional<String> find(Frame frame) {
        @Nullable String label = labels.get(frame);
        if (label != null) {
            used.add(frame);
        }
        return Optional.ofNullable(label);
    }

    public int size() {
        return labels.size();
    }

    void addCounts(Map<String, Long> leftOut) {
        addCount(leftOut, "labels without a frame", labels.size() - (long) used.size());
        addCount(leftOut, "labels that a later label of the same frame replaced", replaced);
        addCount(leftOut, "labels that cannot be read", unreadable);
        addCount(leftOut, "labels for other heads", ofOtherHeads);
        addCount(leftOut, "labels of other classes", ofOtherClasses);
    }

    private static void addCount(Map<String, Long> leftOut, String why, long count) {
        if (count > 0) {
            leftOut.put(why, count);
        }
    }
}
