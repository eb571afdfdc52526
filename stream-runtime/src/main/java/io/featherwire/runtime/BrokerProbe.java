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
 * Asks whatever listens at an address, in plain text, which of Kafka's requests it knows. A client that runs out of time cannot say
 * whether it waited for a broker that is busy or for something else.
 */
final class BrokerProbe {

    /** What is found. */
    enum Found {
        /** It answers as a broker does. */
        BROKER,
        /** Nothing comes in the time that it has. */
        SILENCE,
        /** It hangs up, or says something else. */
        OTHER
    }

    /** Of the one request that is sent. */
    private static final int NUMBER = 0x46770001;

    private BrokerProbe() {}

    static Found ask(String host, int port, int patienceMs) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), patienceMs);
            socket.setSoTimeout(patienceMs);
            socket.getOutputStream().write(request());
            DataInputStream in = new DataInputStream(socket.getInputStream());
            int length = in.readInt();
            return length >= Integer.BYTES && in.readInt() == NUMBER ? Found.BROKER : Found.OTHER;
        } catch (SocketTimeoutException e) {
            return Found.SILENCE;
        } catch (IOException e) {
            return Found.OTHER;
        }
    }

    /** Asks for its versions, in the first version of the question: the one that every broker answers, before it wants credentials. */
    private static byte[] request() {
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
