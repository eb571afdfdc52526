package io.featherwire.runtime.batch;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.jspecify.annotations.Nullable;

/**
 * Creates Kafka clients that record what the processors of their stream thread cannot observe: the available records,
 * unacknowledged sends, and the cost of commits. The transactional ids of their producers derive from the instance's
 * persistent identity. Kafka Streams itself would create a new id at each start of a topology without state on disk,
 * and the open transaction of a killed process would then stay open until its timeout.
 */
public final class StreamClients implements KafkaClientSupplier {

    private final String identity;
    private final MemoryBudget memory;
    private final StreamThreads threads;

    private StreamClients(String identity, MemoryBudget memory, StreamThreads threads) {
        this.identity = identity;
        this.memory = memory;
        this.threads = threads;
    }

    /**
     * Creates a Kafka Streams instance with such clients. With {@code group.protocol=streams}, Kafka Streams creates
     * its main consumers itself (and logs this); the available records are then unknown.
     *
     * @param identity the identity of the instance, which begins with the application id
     * @param batcher the batcher whose memory budget limits what the consumers read
     */
    public static KafkaStreams connect(
            Topology topology, Properties settings, String identity, MicroBatcher<?, ?> batcher) {
        return new KafkaStreams(topology, settings, new StreamClients(identity, batcher.memory(), batcher.threads()));
    }

    @Override
    public Admin getAdmin(Map<String, Object> config) {
        return Admin.create(config);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        CommitCost cost = new CommitCost();
        InFlightTracker tracker = new InFlightTracker();
        threads.registerProducer(config, cost, tracker);
        return new TrackingProducer(withIdentity(config), cost, tracker);
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        Backlog backlog = new Backlog(memory);
        threads.registerConsumer(config, backlog);
        return new TrackingConsumer(config, backlog, new PollByteBudget(memory.limit(MemoryBudget.Use.BUFFERED)));
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return plainConsumer(config);
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return plainConsumer(config);
    }

    /**
     * Replaces the transactional id of Kafka Streams; the new id keeps the last part, which is the number of the stream
     * thread.
     */
    private Map<String, Object> withIdentity(Map<String, Object> config) {
        if (!(config.get(ProducerConfig.TRANSACTIONAL_ID_CONFIG) instanceof String chosen)) {
            return config;
        }
        Map<String, Object> identified = new HashMap<>(config);
        identified.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, identity + chosen.substring(chosen.lastIndexOf('-')));
        return identified;
    }

    private static Consumer<byte[], byte[]> plainConsumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static final class TrackingConsumer extends KafkaConsumer<byte[], byte[]> {
        private final Backlog backlog;

        /** The partitions that were assigned or revoked during a poll. */
        private final Set<TopicPartition> reassigned = new HashSet<>();

        private final PollByteBudget byteBudget;

        private TrackingConsumer(Map<String, Object> config, Backlog backlog, PollByteBudget byteBudget) {
            super(config, byteBudget, byteBudget);
            this.backlog = backlog;
            this.byteBudget = byteBudget;
        }

        @Override
        public void subscribe(Collection<String> topics, ConsumerRebalanceListener listener) {
            super.subscribe(topics, new RebalanceRecorder(listener, reassigned));
        }

        @Override
        public void subscribe(Pattern topics, ConsumerRebalanceListener listener) {
            super.subscribe(topics, new RebalanceRecorder(listener, reassigned));
        }

        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            byteBudget.reset();
            ConsumerRecords<byte[], byte[]> records =
                    nonEmptyOrNext(backlog.isMemoryFull() ? pollUnbatched(timeout) : super.poll(timeout));
            backlog.onPoll(records, assignment(), this::currentLag);
            return records;
        }

        /** The records with content. The next poll of each partition starts at its first record without content. */
        private ConsumerRecords<byte[], byte[]> nonEmptyOrNext(ConsumerRecords<byte[], byte[]> read) {
            Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> whole = new HashMap<>();
            Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>(read.nextOffsets());
            boolean all = true;
            for (TopicPartition partition : read.partitions()) {
                List<ConsumerRecord<byte[], byte[]>> records = read.records(partition);
                int end = 0;
                while (end < records.size() && !byteBudget.isOmitted(records.get(end), end == 0)) {
                    end++;
                }
                if (end > 0) {
                    whole.put(partition, records.subList(0, end));
                }
                if (end < records.size()) {
                    all = false;
                    ConsumerRecord<byte[], byte[]> again = records.get(end);
                    next.put(partition, new OffsetAndMetadata(again.offset(), again.leaderEpoch(), ""));
                    seek(partition, again.offset());
                }
            }
            return all ? read : new ConsumerRecords<>(whole, next);
        }

        /**
         * Polls only the partitions that are not batched, which also keeps the group membership. The other records stay
         * at the broker until memory is free.
         */
        private ConsumerRecords<byte[], byte[]> pollUnbatched(Duration timeout) {
            Set<TopicPartition> held = backlog.batchedPartitions(assignment());
            held.removeAll(paused());
            pause(held);
            reassigned.clear();
            try {
                return super.poll(timeout);
            } finally {
                // Kafka Streams may have paused reassigned partitions, and resumes them itself.
                held.removeAll(reassigned);
                held.retainAll(assignment());
                resume(held);
            }
        }

        @Override
        public void close() {
            super.close();
            backlog.close();
        }

        @Override
        public void close(CloseOptions options) {
            super.close(options);
            backlog.close();
        }
    }

    /** Records assigned and revoked partitions. */
    private record RebalanceRecorder(ConsumerRebalanceListener listener, Set<TopicPartition> reassigned)
            implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            reassigned.addAll(partitions);
            listener.onPartitionsAssigned(partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            reassigned.addAll(partitions);
            listener.onPartitionsRevoked(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            reassigned.addAll(partitions);
            listener.onPartitionsLost(partitions);
        }
    }

    private static final class TrackingProducer extends KafkaProducer<byte[], byte[]> {
        private final CommitCost cost;
        private final InFlightTracker tracker;

        private TrackingProducer(Map<String, Object> config, CommitCost cost, InFlightTracker tracker) {
            super(config, new ByteArraySerializer(), new ByteArraySerializer());
            this.cost = cost;
            this.tracker = tracker;
        }

        @Override
        public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
            tracker.onSend(record);
            try {
                return super.send(record, (metadata, failure) -> {
                    tracker.onCompletion(failure);
                    if (callback != null) {
                        callback.onCompletion(metadata, failure);
                    }
                });
            } catch (RuntimeException e) {
                // If send throws, it does not call the callback.
                tracker.onCompletion(e);
                throw e;
            }
        }

        @Override
        public void beginTransaction() {
            cost.onTransactionBegin();
            super.beginTransaction();
        }

        @Override
        public void sendOffsetsToTransaction(
                Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
            cost.onCommitBegin(System.nanoTime());
            super.sendOffsetsToTransaction(offsets, group);
        }

        @Override
        public void commitTransaction() {
            cost.onCommitBegin(System.nanoTime());
            super.commitTransaction();
            cost.onCommitEnd(System.nanoTime());
        }
    }
}
