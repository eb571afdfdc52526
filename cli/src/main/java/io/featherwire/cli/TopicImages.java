package io.featherwire.cli;

import static java.util.Objects.requireNonNull;

import io.featherwire.bundler.Progress;
import io.featherwire.bundler.images.ImageDirectory;
import io.featherwire.cli.console.CommandException;
import io.featherwire.runtime.config.KafkaProperties;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.serde.AvroSerde;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Saves a sample of a topic's images as files, spread evenly over the whole topic. The files are kept, so that a
 * resumed run, or a run with another quality, uses the same images.
 */
final class TopicImages {

    private static final String PLAN = "offsets.txt";

    /** The largest gap, in records, that is read instead of skipped by a seek. */
    private static final int NEAR = 32;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final AvroSerde<ImageFrame> serde;
    private final Path directory;
    private final Progress progress;
    private final Deque<ConsumerRecord<byte[], byte[]>> buffer = new ArrayDeque<>();

    private TopicImages(
            KafkaConsumer<byte[], byte[]> consumer, AvroSerde<ImageFrame> serde, Path directory, Progress progress) {
        this.consumer = consumer;
        this.serde = serde;
        this.directory = directory;
        this.progress = progress;
    }

    /**
     * Reads the images that are not in the cache yet.
     *
     * @param cache the directory in which the images get a directory of their own
     * @param max the maximum number of images
     * @return the directory of the images
     */
    static Path read(
            String bootstrapServers,
            KafkaProperties kafka,
            AvroSerde<ImageFrame> serde,
            String topic,
            Path cache,
            int max,
            Progress progress)
            throws IOException {
        Map<String, Object> properties = new HashMap<>();
        kafka.applyTo(properties);
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 20_000);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // Small fetches, so that a seek discards little.
        properties.putIfAbsent(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1 << 18);
        String name = bootstrapServers + "\n" + topic + "\n" + max;
        Path directory = cache.resolve("images-" + UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)));
        Files.createDirectories(directory);
        try (var consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            new TopicImages(consumer, serde, directory, progress).read(topic, max);
        }
        progress.note("images of topic " + topic + " are stored in " + directory
                + ": delete this directory to free the space, or to read newer images the next time");
        return directory;
    }

    private void read(String topic, int max) throws IOException {
        List<long[]> plan = chooseOffsets(topic, max);
        int done = 0;
        @Nullable TopicPartition at = null;
        for (long[] wanted : plan) {
            var partition = new TopicPartition(topic, (int) wanted[0]);
            if (!isSaved(wanted)) {
                if (!partition.equals(at)) {
                    consumer.assign(List.of(partition));
                    consumer.seek(partition, wanted[1]);
                    buffer.clear();
                    at = partition;
                }
                write(wanted, readNext(partition, wanted[1]));
            }
            progress.report("images", ++done, plan.size());
        }
    }

    /** Partition and offset of every image of the sample; the list is written once and reused by later runs. */
    private List<long[]> chooseOffsets(String topic, int max) throws IOException {
        Path file = directory.resolve(PLAN);
        List<long[]> plan = new ArrayList<>();
        if (Files.isRegularFile(file)) {
            for (String line : Files.readAllLines(file)) {
                String[] parts = line.split(" ");
                plan.add(new long[] {Long.parseLong(parts[0]), Long.parseLong(parts[1])});
            }
            return plan;
        }
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        long total = 0;
        for (TopicPartition partition : partitions) {
            total += requireNonNull(ends.get(partition)) - requireNonNull(beginnings.get(partition));
        }
        if (total < ImageDirectory.MIN_IMAGES) {
            throw new CommandException("Cannot fit a codec to the " + total + " records of topic " + topic
                    + ": at least " + ImageDirectory.MIN_IMAGES
                    + " images are needed, better 5,000. Wait until the topic holds more.");
        }
        List<String> lines = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            long first = requireNonNull(beginnings.get(partition));
            long count = requireNonNull(ends.get(partition)) - first;
            long share = total <= max ? count : Math.min(count, Math.round((double) max * count / total));
            for (long i = 0; i < share; i++) {
                long[] wanted = {partition.partition(), first + (2 * i + 1) * count / (2 * share)};
                plan.add(wanted);
                lines.add(wanted[0] + " " + wanted[1]);
            }
        }
        Path unfinished = directory.resolve(PLAN + ".unfinished");
        Files.write(unfinished, lines);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        return plan;
    }

    /** The record at an offset; null if the offset belongs to a transaction marker or to a deleted record. */
    private @Nullable ConsumerRecord<byte[], byte[]> readNext(TopicPartition partition, long offset) {
        long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        while (true) {
            while (!buffer.isEmpty() && buffer.peek().offset() < offset) {
                buffer.poll();
            }
            if (!buffer.isEmpty()) {
                return buffer.peek().offset() == offset ? buffer.poll() : null;
            }
            long position = consumer.position(partition);
            if (position >= end || position > offset) {
                return null;
            }
            if (offset > position + NEAR) {
                consumer.seek(partition, offset);
            }
            consumer.poll(Duration.ofMillis(500)).forEach(buffer::add);
        }
    }

    private Path fileFor(long[] wanted, String ending) {
        return directory.resolve(wanted[0] + "-" + wanted[1] + ending);
    }

    private boolean isSaved(long[] wanted) {
        return Files.exists(fileFor(wanted, ".jpg"))
                || Files.exists(fileFor(wanted, ".png"))
                || Files.exists(fileFor(wanted, ".none"));
    }

    private void write(long[] wanted, @Nullable ConsumerRecord<byte[], byte[]> record) throws IOException {
        Path unfinished = fileFor(wanted, ".unfinished");
        String ending = ".none";
        byte[] content = new byte[0];
        if (record != null && record.value() != null) {
            try {
                ImageFrame frame = serde.decode(record.value());
                byte[] bytes = toBytes(frame.getBytes());
                switch (frame.getEncoding()) {
                    case JPEG -> {
                        content = bytes;
                        ending = ".jpg";
                    }
                    case PNG -> {
                        content = bytes;
                        ending = ".png";
                    }
                    case RGB8 -> {
                        byte @Nullable [] png = encodePng(frame.getWidth(), frame.getHeight(), bytes);
                        content = png == null ? content : png;
                        ending = png == null ? ending : ".png";
                    }
                }
            } catch (SerializationException e) {
                // The record is not an image frame: the compressor sends it to the dead letters.
                ending = ".none";
            }
        }
        Files.write(unfinished, content);
        Files.move(unfinished, fileFor(wanted, ending), StandardCopyOption.ATOMIC_MOVE);
    }

    private static byte @Nullable [] encodePng(int width, int height, byte[] rgb) throws IOException {
        if (width < 1 || height < 1 || rgb.length != 3L * width * height) {
            return null;
        }
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < width * height; i++) {
            int pixel = (rgb[3 * i] & 0xFF) << 16 | (rgb[3 * i + 1] & 0xFF) << 8 | rgb[3 * i + 2] & 0xFF;
            image.setRGB(i % width, i / width, pixel);
        }
        var out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }

    private static byte[] toBytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
