package io.featherwire.classifier.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.deadletter.DeadLetters;
import io.featherwire.runtime.deadletter.RecordReassembly;
import io.featherwire.schemas.AccuracySnapshot;
import io.featherwire.schemas.Classification;
import io.featherwire.schemas.FrameGap;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.Label;
import io.featherwire.schemas.serde.AvroSerde;
import io.featherwire.schemas.serde.SchemaRegistryException;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all partitions of the topics for the dashboard, without a consumer group. Accuracy, dead letters and gaps are
 * always read. Classifications, labels and images are only read while a page is open, so that the dashboard costs
 * little without an open page.
 */
final class TopicWatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicWatcher.class);

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final long LOOKING_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long REFRESH_NANOS = Duration.ofSeconds(30).toNanos();
    private static final long TAIL = 200;
    private static final long DEAD_LETTERS_TAIL = 2_000;

    private final LiveTopics topics;
    private final boolean images;
    private final LiveStateCollector model;
    private final SensorStatus lines;
    private final Thumbnails thumbnails;
    private final Runnable afterSnapshots;
    private final Counter notShown;
    private final DashboardByteLimit viewed;
    private final Thread thread = new Thread(this::run, "live-view");
    private final AvroSerde<AccuracySnapshot> snapshots;
    private final AvroSerde<Classification> classifications;
    private final AvroSerde<Label> labels;
    private final AvroSerde<ImageFrame> imageFrames;
    private final AvroSerde<FrameGap> gaps;
    /** The next offset of each partition, so that no record is counted twice after an outage of the brokers. */
    private final Map<TopicPartition, Long> positions = new HashMap<>();

    private volatile long lookedAt = System.nanoTime() - LOOKING_NANOS;
    private volatile boolean closed;
    private volatile @Nullable Consumer<byte[], byte[]> current;
    private boolean pageOpen;
    private boolean gapsRefused;

    /**
     * @param afterSnapshots called after accuracy snapshots were read
     * @param notShown counts the records that cannot be shown
     */
    TopicWatcher(
            LiveTopics topics,
            boolean images,
            LiveStateCollector model,
            SensorStatus lines,
            Thumbnails thumbnails,
            Runnable afterSnapshots,
            Counter notShown) {
        this.notShown = notShown;
        this.viewed = new DashboardByteLimit(topics.deadLetters(), notShown);
        this.topics = topics;
        this.images = images;
        this.snapshots = topics.serdes().of(topics.accuracy(), AccuracySnapshot.class);
        this.classifications = topics.serdes().of(topics.classifications(), Classification.class);
        this.labels = topics.serdes().of(topics.labels(), Label.class);
        this.imageFrames = topics.serdes().of(topics.images(), ImageFrame.class);
        this.gaps = topics.serdes().of(topics.edgeGaps(), FrameGap.class);
        this.model = model;
        this.lines = lines;
        this.thumbnails = thumbnails;
        this.afterSnapshots = afterSnapshots;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void notePageOpen() {
        lookedAt = System.nanoTime();
    }

    private void run() {
        while (!closed) {
            try (var consumer = new KafkaConsumer<>(properties(), viewed, viewed)) {
                current = consumer;
                pollUntilClosed(consumer);
            } catch (WakeupException | InterruptException e) {
                return;
            } catch (RuntimeException | OutOfMemoryError e) {
                LOG.warn("the dashboard cannot read the topics and retries: {}", String.valueOf(e.getMessage()));
                LOG.debug("live view", e);
                pause();
            }
        }
    }

    private void pollUntilClosed(Consumer<byte[], byte[]> consumer) {
        pageOpen = false;
        long refreshedAt = System.nanoTime() - REFRESH_NANOS;
        while (!closed) {
            boolean look = System.nanoTime() - lookedAt < LOOKING_NANOS;
            if (look != pageOpen || System.nanoTime() - refreshedAt >= REFRESH_NANOS) {
                if (look && !pageOpen) {
                    model.discardFrames();
                }
                assign(consumer, look);
                refreshedAt = System.nanoTime();
            }
            viewed.reset();
            var records = consumer.poll(POLL);
            records.forEach(this::handle);
            if (records.records(topics.accuracy()).iterator().hasNext()) {
                afterSnapshots.run();
            }
        }
    }

    private void assign(Consumer<byte[], byte[]> consumer, boolean look) {
        var before = new HashSet<>(consumer.assignment());
        pageOpen = look;
        var wanted = new HashMap<TopicPartition, Long>();
        putTailOffsets(consumer, topics.accuracy(), Long.MAX_VALUE, wanted);
        putTailOffsets(consumer, topics.deadLetters(), DEAD_LETTERS_TAIL, wanted);
        putGapTopicOffsets(consumer, wanted);
        if (look) {
            putTailOffsets(consumer, topics.classifications(), TAIL, wanted);
            putTailOffsets(consumer, topics.labels(), TAIL, wanted);
            if (images) {
                putTailOffsets(consumer, topics.images(), TAIL, wanted);
            }
        }
        consumer.assign(wanted.keySet());
        Set<TopicPartition> fresh = new HashSet<>(wanted.keySet());
        fresh.removeAll(before);
        for (var partition : fresh) {
            boolean always = partition.topic().equals(topics.accuracy())
                    || partition.topic().equals(topics.deadLetters())
                    || partition.topic().equals(topics.edgeGaps());
            Long known = always ? positions.get(partition) : null;
            consumer.seek(partition, known == null ? requireNonNull(wanted.get(partition), "offset") : known);
        }
    }

    /**
     * Adds the partitions of the topic of gaps. The topic need not exist, and this user may lack the right to read it.
     */
    private void putGapTopicOffsets(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> wanted) {
        if (gapsRefused) {
            return;
        }
        try {
            putTailOffsets(consumer, topics.edgeGaps(), DEAD_LETTERS_TAIL, wanted);
        } catch (TopicAuthorizationException e) {
            gapsRefused = true;
            LOG.info(
                    "the dashboard does not show frames that devices dropped: this user has no right to read {}",
                    topics.edgeGaps());
        }
    }

    /** Adds the partitions of a topic, each with the offset at which its newest {@code count} records start. */
    private static void putTailOffsets(
            Consumer<byte[], byte[]> consumer, String topic, long count, Map<TopicPartition, Long> offsets) {
        List<TopicPartition> partitions = new ArrayList<>();
        consumer.partitionsFor(topic).forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        var first = consumer.beginningOffsets(partitions);
        var end = consumer.endOffsets(partitions);
        partitions.forEach(partition -> offsets.put(
                partition,
                Math.max(
                        requireNonNull(first.get(partition), "first"),
                        count == Long.MAX_VALUE ? 0 : requireNonNull(end.get(partition), "end") - count)));
    }

    private void handle(ConsumerRecord<byte[], byte[]> record) {
        try {
            if (record.topic().equals(topics.deadLetters())) {
                countDeadLetter(record);
            } else if (record.value() != null && record.key() != null) {
                update(record, new String(record.key(), UTF_8));
            } else if (isDeletion(record) && record.topic().equals(topics.accuracy())) {
                model.removeSnapshot(new String(record.key(), UTF_8));
            }
        } catch (SchemaRegistryException e) {
            throw e;
        } catch (RuntimeException e) {
            // Other programs may write to these topics, so a malformed record must not stop the dashboard.
            notShown.increment();
            LOG.debug("not shown: {}-{}@{}", record.topic(), record.partition(), record.offset(), e);
        }
        positions.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
    }

    /** Whether a record was written without a value; a value that exceeds the byte limit is read as null, too. */
    private static boolean isDeletion(ConsumerRecord<byte[], byte[]> record) {
        return record.key() != null && record.serializedValueSize() == ConsumerRecord.NULL_SIZE;
    }

    private void countDeadLetter(ConsumerRecord<byte[], byte[]> record) {
        if (RecordReassembly.isFirst(record)) {
            model.countDeadLetter(headerText(record, DeadLetters.STAGE), headerText(record, DeadLetters.REASON));
        }
    }

    private void update(ConsumerRecord<byte[], byte[]> record, String key) {
        if (record.topic().equals(topics.accuracy())) {
            model.addSnapshot(key, snapshots.decode(record.value()));
        } else if (record.topic().equals(topics.classifications())) {
            model.addClassification(classifications.decode(record.value()));
        } else if (record.topic().equals(topics.labels())) {
            var label = labels.decode(record.value());
            model.addLabel(key, label);
        } else if (record.topic().equals(topics.images())) {
            thumbnails.add(imageFrames.decode(record.value()));
        } else if (record.topic().equals(topics.edgeGaps())) {
            NewestFrames.checkTexts(key);
            lines.addGap(key, gaps.decode(record.value()));
        }
    }

    private static String headerText(ConsumerRecord<byte[], byte[]> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? "unknown" : new String(header.value(), UTF_8);
    }

    private Map<String, Object> properties() {
        var properties = new HashMap<String, Object>();
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, topics.bootstrapServers());
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2_000);
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 8 << 20);
        topics.kafka().applyTo(properties);
        return properties;
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        var consumer = current;
        if (consumer != null) {
            consumer.wakeup();
        }
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
