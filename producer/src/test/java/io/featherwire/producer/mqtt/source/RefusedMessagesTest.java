package io.featherwire.producer.mqtt.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RefusedMessagesTest {

    @Test
    void shouldKnowTheMessagesOfEachDevice() {
        var refused = new RefusedMessages();
        assertThat(refused.add("gate", bytes("a"))).isTrue();
        assertThat(refused.add("gate", bytes("b"))).isTrue();
        assertThat(refused.add("gate", bytes("a"))).isFalse();
        assertThat(refused.add("yard", bytes("a"))).isTrue();
        assertThat(refused.add("gat", bytes("ea"))).isTrue();
        assertThat(refused.addedCount()).isEqualTo(4);
    }

    @Test
    void shouldEncodeTheNewestMessages() {
        // Given
        var refused = new RefusedMessages();
        for (int i = 0; i < RefusedMessages.ENCODED + 2; i++) {
            refused.add("gate", bytes("message " + i));
        }
        // When: a repeat makes a message new again
        refused.add("gate", bytes("message 1"));
        byte[] encoded = refused.encode();
        RefusedMessages decoded = RefusedMessages.decode(encoded);
        // Then
        assertThat(encoded).hasSize(8 * RefusedMessages.ENCODED);
        assertThat(decoded.encode()).isEqualTo(encoded);
        assertThat(decoded.add("gate", bytes("message 1"))).isFalse();
        assertThat(decoded.add("gate", bytes("message 3"))).isFalse();
        assertThat(decoded.add("gate", bytes("message " + (RefusedMessages.ENCODED + 1))))
                .isFalse();
        assertThat(decoded.add("gate", bytes("message 2"))).isTrue();
        assertThat(decoded.add("gate", bytes("message 0"))).isTrue();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
