package io.featherwire.producer.mqtt.source;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The newest messages that became dead letters, by hash. A device or the MQTT broker may deliver a message again, and
 * only the first copy becomes a dead letter.
 */
final class RefusedMessages {

    /** Maximum number of messages in memory. */
    private static final int KEPT = 10_000;
    /** Maximum number of encoded messages; more than an MQTT broker delivers again after a lost connection. */
    static final int ENCODED = 512;

    private final Set<Long> hashes = Collections.newSetFromMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
            return size() > KEPT;
        }
    });
    private long added;

    /** Adds a message. Returns false if it is known. */
    boolean add(String device, byte[] message) {
        boolean isNew = hashes.add(hash(device, message));
        added += isNew ? 1 : 0;
        return isNew;
    }

    /** The number of messages that were added. */
    long addedCount() {
        return added;
    }

    /** The hashes of the newest messages, 8 bytes each. */
    byte[] encode() {
        var bytes = ByteBuffer.allocate(Long.BYTES * Math.min(ENCODED, hashes.size()));
        hashes.stream().skip(Math.max(0, hashes.size() - ENCODED)).forEach(bytes::putLong);
        return bytes.array();
    }

    static RefusedMessages decode(byte[] encoded) {
        var messages = new RefusedMessages();
        for (var bytes = ByteBuffer.wrap(encoded); bytes.remaining() >= Long.BYTES; ) {
            messages.hashes.add(bytes.getLong());
        }
        return messages;
    }

    private static long hash(String device, byte[] message) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(device.getBytes(StandardCharsets.UTF_8));
            // No device id has this byte.
            digest.update((byte) 0);
            return ByteBuffer.wrap(digest.digest(message)).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
