package io.featherwire.runtime;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.ApiKeys;

/**
 * Sends an ApiVersions request without TLS to an address, to distinguish a busy broker from another kind of server. A
 * Kafka client only reports a timeout for both.
 */
final class BrokerProbe {

    /** The result of a probe, the most informative one first. */
    enum Result {
        /** The peer answers like a broker. */
        BROKER,
        /** The peer does not respond within the timeout. */
        SILENCE,
        /** The peer closes the connection or sends something else. */
        OTHER
    }

    /** The correlation id of the request. */
    private static final int NUMBER = 0x46770001;

    private BrokerProbe() {}

    static Result probe(String host, int port, int patienceMs) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), patienceMs);
            socket.setSoTimeout(patienceMs);
            socket.getOutputStream().write(encodeRequest());
            DataInputStream in = new DataInputStream(socket.getInputStream());
            int length = in.readInt();
            return length >= Integer.BYTES && in.readInt() == NUMBER ? Result.BROKER : Result.OTHER;
        } catch (SocketTimeoutException e) {
            return Result.SILENCE;
        } catch (IOException e) {
            return Result.OTHER;
        }
    }

    /** An ApiVersions request of version 0, which every broker answers before authentication. */
    private static byte[] encodeRequest() {
        byte[] client = BrokerCheck.CLIENT_ID.getBytes(US_ASCII);
        int length = 2 * Short.BYTES + Integer.BYTES + Short.BYTES + client.length;
        return ByteBuffer.allocate(Integer.BYTES + length)
                .putInt(length)
                .putShort(ApiKeys.API_VERSIONS.id)
                .putShort((short) 0)
                .putInt(NUMBER)
                .putShort((short) client.length)
                .put(client)
                .array();
    }
}
