package io.featherwire.producer.outbox.tls;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * Collects the parts of a request until it is complete (its length is in the first four bytes), and then encrypts it as
 * one TLS record. A request that is too long for a TLS record, or does not begin with its length, is encrypted in the
 * parts in which it comes.
 */
final class WholeRequestSslEngine extends ForwardingSslEngine {

    /** Maximum plaintext of a TLS record. */
    private static final int LONGEST = 16_000;

    /** The buffered parts of an incomplete request. */
    private final ByteBuffer held = ByteBuffer.allocate(LONGEST);

    /** Bytes of the current request that are still missing. */
    private long toCome;

    WholeRequestSslEngine(SSLEngine engine) {
        super(engine);
    }

    @Override
    public SSLEngineResult wrap(ByteBuffer src, ByteBuffer dst) throws SSLException {
        if (getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING || !src.hasRemaining()) {
            return engine().wrap(src, dst);
        }
        if (toCome == 0) {
            if (src.remaining() < Integer.BYTES) {
                toCome = Long.MAX_VALUE;
            } else {
                toCome = Integer.BYTES + Math.max(0L, src.getInt(src.position()));
            }
        }
        if (held.position() == 0 && toCome > LONGEST) {
            return wrapDirectly(src, dst);
        }
        if (src.remaining() < toCome) {
            int taken = src.remaining();
            toCome -= taken;
            held.put(src);
            return new SSLEngineResult(Status.OK, HandshakeStatus.NOT_HANDSHAKING, taken, 0);
        }
        return wrapBuffered(src, dst);
    }

    private SSLEngineResult wrapDirectly(ByteBuffer src, ByteBuffer dst) throws SSLException {
        SSLEngineResult result = engine().wrap(src, dst);
        toCome -= result.bytesConsumed();
        return result;
    }

    private SSLEngineResult wrapBuffered(ByteBuffer src, ByteBuffer dst) throws SSLException {
        ByteBuffer rest = src.slice(src.position(), (int) toCome);
        held.flip();
        SSLEngineResult result = engine().wrap(new ByteBuffer[] {held, rest}, dst);
        if (result.getStatus() != Status.OK || result.bytesConsumed() == 0) {
            held.position(held.limit()).limit(held.capacity());
            return result;
        }
        if (held.hasRemaining() || rest.hasRemaining()) {
            throw new SSLException("a request of less than " + LONGEST + " bytes does not fit into a TLS record");
        }
        held.clear();
        src.position(src.position() + rest.position());
        toCome = 0;
        return new SSLEngineResult(
                result.getStatus(), result.getHandshakeStatus(), rest.position(), result.bytesProduced());
    }
}
