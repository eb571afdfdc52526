package io.featherwire.cli;

import io.featherwire.runtime.deadletter.DeadLetters;
import io.featherwire.runtime.deadletter.RecordReassembly;
import io.featherwire.runtime.deadletter.SourceRecord;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Restores the original records of dead letters. The topic of a record is a header of its dead letter, which any writer
 * of the dead-letter topic can set, so only records of given topics are restored.
 */
final class DeadLetterReplay {
    private static final String OWN_HEADERS = "__streams.errors.";
    private static final int MOST_NAMED = 5;
    /**
     * The name of a Kafka topic. The name of an MQTT topic contains a slash, and a dead letter of an MQTT message cannot
     * be replayed to Kafka.
     */
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

    private final Set<String> topics;
    private final Consumer<ProducerRecord<byte[], byte[]>> target;
    private final RecordReassembly pieces = new RecordReassembly();
    private final Set<String> otherTopics = new TreeSet<>();
    private int replayed;
    private int ofOtherTopics;
    private int withoutTopic;

    /**
     * @param topics the topics whose records are restored
     * @param target receives the restored records
     */
    DeadLetterReplay(Collection<String> topics, Consumer<ProducerRecord<byte[], byte[]>> target) {
        this.topics = Set.copyOf(topics);
        this.target = target;
    }

    void replay(ConsumerRecord<byte[], byte[]> letter) {
        if (RecordReassembly.isPiece(letter)) {
            pieces.add(letter).ifPresent(whole -> replay(toOriginal(whole)));
        } else {
            replay(toOriginal(letter));
        }
    }

    private void replay(ProducerRecord<byte[], byte[]> original) {
        if (topics.contains(original.topic())) {
            replayed++;
            target.accept(original);
        } else if (TOPIC.matcher(original.topic()).matches()) {
            ofOtherTopics++;
            if (otherTopics.size() < MOST_NAMED) {
                otherTopics.add(original.topic());
            }
        } else {
            withoutTopic++;
        }
    }

    /**
     * The original record of a dead letter: key, value, timestamp, and headers without those that the dead letter
     * added.
     */
    private static ProducerRecord<byte[], byte[]> toOriginal(ConsumerRecord<byte[], byte[]> letter) {
        var headers = new RecordHeaders(letter.headers());
        for (var header : letter.headers()) {
            if (header.key().startsWith(OWN_HEADERS)) {
                headers.remove(header.key());
            }
        }
        String timestamp = DeadLetterFilter.headerText(letter, DeadLetters.TIMESTAMP);
        Long at = timestamp.matches("\\d{1,15}") ? Long.valueOf(timestamp) : null;
        String topic = DeadLetterFilter.headerText(letter, DeadLetters.TOPIC);
        return new ProducerRecord<>(topic, null, at, letter.key(), letter.value(), headers);
    }

    /** The original record, reassembled from the pieces of its dead letters. */
    private static ProducerRecord<byte[], byte[]> toOriginal(SourceRecord record) {
        Long at = record.timestamp() < 0 ? null : Long.valueOf(record.timestamp());
        return new ProducerRecord<>(record.topic(), null, at, record.key(), record.value(), record.headers());
    }

    /**
     * The numbers of replayed records and of those left out, as one line.
     *
     * @param verb what was done with the records, such as replayed
     */
    String summary(String verb) {
        return String.format(
                Locale.ROOT,
                "%s %,d dead letters%s%s%s",
                verb,
                replayed,
                ofOtherTopics == 0
                        ? ""
                        : ", left out " + ofOtherTopics + " of topics that --topics does not name, such as "
                                + String.join(", ", otherTopics),
                withoutTopic == 0 ? "" : ", left out " + withoutTopic + " that name no topic of Kafka",
                pieces.incompleteCount() == 0
                        ? ""
                        : ", left out " + pieces.incompleteCount() + " whose pieces are incomplete");
    }
}
