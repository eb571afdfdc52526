package io.featherwire.runtime.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Joins the pieces of records that were too large for the dead-letter topic. Incomplete records are kept in memory. */
public final class RecordReassembly {

    private static final int MOST = 100_000;

    /** The pieces of one record that have arrived so far. */
    private static final class Pieces {
        @SuppressWarnings("NullAway") // An element is null until its piece arrives.
        private final byte[][] pieces;

        private int left;

        Pieces(int count) {
            pieces = new byte[count][];
            left = count;
        }
    }

    private final Map<String, Pieces> incomplete = new HashMap<>();

    /** Whether a dead letter is the first piece of its record, or the whole record. */
    public static boolean isFirst(ConsumerRecord<?, byte[]> letter) {
        String piece = headerText(letter, DeadLetters.PIECE);
        return piece.isEmpty() || piece.startsWith("1/");
    }

    /** Whether a dead letter is a piece. */
    public static boolean isPiece(ConsumerRecord<?, byte[]> letter) {
        return headerText(letter, DeadLetters.PIECE).matches("[1-9]\\d{0,5}/[1-9]\\d{0,5}");
    }

    /**
     * Adds a piece.
     *
     * @return the whole record if this was its last missing piece; otherwise empty, also if the dead letter is not a
     *     piece
     */
    public Optional<SourceRecord> add(ConsumerRecord<?, byte[]> letter) {
        if (!isPiece(letter) || letter.value() == null) {
            return Optional.empty();
        }
        String[] parts = headerText(letter, DeadLetters.PIECE).split("/");
        int number = Integer.parseInt(parts[0]);
        int count = Integer.parseInt(parts[1]);
        if (number > count || count > MOST) {
            return Optional.empty();
        }
        String name = headerText(letter, DeadLetters.TOPIC) + "/" + headerText(letter, DeadLetters.PARTITION) + "/"
                + headerText(letter, DeadLetters.OFFSET) + "/" + count;
        Pieces collected = incomplete.computeIfAbsent(name, of -> new Pieces(count));
        if (collected.pieces[number - 1] == null) {
            collected.pieces[number - 1] = letter.value();
            collected.left--;
        }
        if (collected.left > 0) {
            return Optional.empty();
        }
        incomplete.remove(name);
        return join(collected.pieces);
    }

    /** The number of records that miss a piece. */
    public int incompleteCount() {
        return incomplete.size();
    }

    private static Optional<SourceRecord> join(byte[][] pieces) {
        ByteBuffer whole = ByteBuffer.allocate(Math.toIntExact(
                Arrays.stream(pieces).mapToLong(piece -> piece.length).sum()));
        for (byte[] piece : pieces) {
            whole.put(piece);
        }
        try {
            return Optional.of(RecordEnvelope.decode(whole.array()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String headerText(ConsumerRecord<?, byte[]> letter, String name) {
        Header header = letter.headers().lastHeader(name);
        return header == null || header.value() == null ? "" : new String(header.value(), UTF_8);
    }
}
