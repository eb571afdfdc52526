package io.featherwire.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.deadletter.DeadLetters;
import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.runtime.deadletter.SourceRecordBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

final class DeadLetterReplayTest {

    private final List<ProducerRecord<byte[], byte[]>> replayed = new ArrayList<>();
    private final DeadLetterReplay replay = new DeadLetterReplay(List.of("images", "labels"), replayed::add);

    @Test
    void shouldRestoreTheRecordsOfTheGivenTopicsOnly() {
        // When
        send(record("images", 5));
        send(record("payments", 5));
        send(record("featherwire-classifier-accuracy-ledger-changelog", 5));
        send(record("site/a/images", 5));
        send(record("", 5));

        // Then
        assertThat(replayed).singleElement().satisfies(original -> {
            assertThat(original.topic()).isEqualTo("images");
            assertThat(original.value()).hasSize(5);
            assertThat(original.timestamp()).isEqualTo(7);
            assertThat(original.headers()).extracting(header -> header.key()).containsExactly("traceparent");
        });
        assertThat(replay.summary("replayed"))
                .isEqualTo("replayed 1 dead letters, left out 2 of topics that --topics does not name, such as "
                        + "featherwire-classifier-accuracy-ledger-changelog, payments, left out 2 that name no topic "
                        + "of Kafka");
    }

    @Test
    void shouldCheckTheTopicOfRecordsInPieces() {
        // When the headers of pieces name another topic than the record that they are the pieces of
        send(record("images", 100_000));
        for (Record<byte[], byte[]> piece : letters(record("payments", 100_000))) {
            piece.headers().remove(DeadLetters.TOPIC).add(DeadLetters.TOPIC, "images".getBytes(UTF_8));
            replay.replay(read(piece));
        }

        // Then
        assertThat(replayed).extracting(ProducerRecord::topic).containsExactly("images");
        assertThat(replayed.get(0).value()).hasSize(100_000);
        assertThat(replay.summary("replayed")).contains("left out 1 of topics").contains("payments");
    }

    private static SourceRecord record(String topic, int bytes) {
        var headers = new RecordHeaders();
        headers.add("traceparent", "00".getBytes(UTF_8));
        return SourceRecordBuilder.builder()
                .headers(headers)
                .timestamp(7)
                .topic(topic)
                .partition(0)
                .offset(3)
                .key("cam".getBytes(UTF_8))
                .value(new byte[bytes])
                .build();
    }

    private void send(SourceRecord record) {
        letters(record).forEach(letter -> replay.replay(read(letter)));
    }

    private static Iterable<Record<byte[], byte[]>> letters(SourceRecord record) {
        return new DeadLetters(new DataSize(64 << 10))
                .toLetters(record, "decode-image", "corrupt", new IllegalArgumentException("bad"), 9);
    }

    private static ConsumerRecord<byte[], byte[]> read(Record<byte[], byte[]> letter) {
        return new ConsumerRecord<>(
                "dead-letters",
                0,
                0,
                letter.timestamp(),
                TimestampType.CREATE_TIME,
                0,
                0,
                letter.key(),
                letter.value(),
                letter.headers(),
                Optional.empty());
    }
}
