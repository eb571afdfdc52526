package io.featherwire.producer.outbox.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import org.junit.jupiter.api.Test;

class WholeRequestSslEngineTest {

    private static final int RECORD = 16_384;

    /** Writes records that are not encrypted; now and then it says first that there is no room. */
    private static final class PlainEngine extends ForwardingSslEngine {
        private final Random random = new Random(4);
        private final List<Integer> records = new ArrayList<>();

        PlainEngine() throws NoSuchAlgorithmException {
            super(SSLContext.getDefault().createSSLEngine());
        }

        @Override
        public SSLEngineResult.HandshakeStatus getHandshakeStatus() {
            return HandshakeStatus.NOT_HANDSHAKING;
        }

        @Override
        public SSLEngineResult wrap(ByteBuffer[] srcs, int offset, int length, ByteBuffer dst) {
            if (random.nextInt(5) == 0) {
                return new SSLEngineResult(Status.BUFFER_OVERFLOW, HandshakeStatus.NOT_HANDSHAKING, 0, 0);
            }
            int written = 0;
            for (int i = offset; i < offset + length; i++) {
                while (srcs[i].hasRemaining() && written < RECORD) {
                    dst.put(srcs[i].get());
                    written++;
                }
            }
            records.add(written);
            return new SSLEngineResult(Status.OK, HandshakeStatus.NOT_HANDSHAKING, written, written);
        }
    }

    @Test
    void shouldWriteAllBytesInOrderAndEachSmallRequestAsOneRecord() throws Exception {
        // Given: requests that come in pieces, as Kafka's client writes them, some of them too long for a record
        var random = new Random(7);
        var plain = new PlainEngine();
        var engine = new WholeRequestSslEngine(plain);
        var sent = new ByteArrayOutputStream();
        var written = new ByteArrayOutputStream();
        for (int request = 0; request < 500; request++) {
            boolean small = random.nextInt(4) > 0;
            ByteBuffer bytes = ByteBuffer.allocate(
                    Integer.BYTES + (small ? random.nextInt(RECORD - 1_000) : RECORD + random.nextInt(50_000)));
            random.nextBytes(bytes.array());
            bytes.putInt(0, bytes.capacity() - Integer.BYTES);
            sent.write(bytes.array());
            int before = plain.records.size();
            // When
            int first = Math.min(bytes.capacity(), Integer.BYTES + random.nextInt(100));
            int second = first + random.nextInt(bytes.capacity() - first + 1);
            write(engine, bytes.slice(0, first), written);
            write(engine, bytes.slice(first, second - first), written);
            write(engine, bytes.slice(second, bytes.capacity() - second), written);
            // Then
            if (small) {
                assertThat(plain.records.size() - before).isEqualTo(1);
            }
            assertThat(written.size()).isEqualTo(sent.size());
        }
        assertThat(written.toByteArray()).isEqualTo(sent.toByteArray());
    }

    /** As Kafka's transport does. */
    private static void write(WholeRequestSslEngine engine, ByteBuffer src, ByteArrayOutputStream out)
            throws Exception {
        while (src.hasRemaining()) {
            ByteBuffer dst = ByteBuffer.allocate(RECORD + 1_000);
            int before = src.position();
            SSLEngineResult result = engine.wrap(src, dst);
            assertThat(src.position() - before).isEqualTo(result.bytesConsumed());
            assertThat(dst.position()).isEqualTo(result.bytesProduced());
            out.write(dst.array(), 0, dst.position());
        }
    }

    @Test
    void shouldPassBytesThatDoNotBeginWithTheirLength() throws Exception {
        // Given
        var engine = new WholeRequestSslEngine(new PlainEngine());
        var written = new ByteArrayOutputStream();
        // When
        write(engine, ByteBuffer.wrap(new byte[] {1, 2}), written);
        write(engine, ByteBuffer.wrap(new byte[] {0, 0, 0, 9, 3}), written);
        // Then
        assertThat(written.toByteArray()).containsExactly(1, 2, 0, 0, 0, 9, 3);
    }
}
