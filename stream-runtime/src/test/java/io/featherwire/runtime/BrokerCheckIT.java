package io.featherwire.runtime;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.runtime.config.ConfigException;
import io.featherwire.runtime.config.ConfigSources;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BrokerCheckIT {
    private static final int PATIENCE_MS = 60_000;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private ServerSocket server;

    /** What listens there does with each connection. */
    private interface Answer {
        void to(Socket connection) throws IOException;
    }

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        threads.shutdownNow();
    }

    @Test
    void shouldRecogniseABrokerByItsResponse(@TempDir Path directory) {
        try (var broker = EmbeddedBroker.start(directory)) {
            String[] address = broker.bootstrapServers().split(":");
            assertThat(BrokerProbe.probe(address[0], Integer.parseInt(address[1]), PATIENCE_MS))
                    .isEqualTo(BrokerProbe.Result.BROKER);
        }
    }

    @Test
    void shouldRecogniseAServerThatIsNoBroker() {
        answering(connection -> {
            connection.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
            connection.close();
        });
        assertThat(probe(PATIENCE_MS)).isEqualTo(BrokerProbe.Result.OTHER);
    }

    @Test
    void shouldRecogniseAPeerThatHangsUp() {
        answering(Socket::close);
        assertThat(probe(PATIENCE_MS)).isEqualTo(BrokerProbe.Result.OTHER);
    }

    @Test
    void shouldReportSilenceAsSilence() {
        assertThat(probe(50)).isEqualTo(BrokerProbe.Result.SILENCE);
    }

    @Test
    void shouldReportABusyBrokerAsABroker() {
        // Given: one that says which requests it knows, and no more in time
        answering(connection -> {
            var in = new DataInputStream(connection.getInputStream());
            byte[] request = new byte[in.readInt()];
            in.readFully(request);
            boolean plainest = request[2] == 0 && request[3] == 0;
            if (plainest) {
                var out = new DataOutputStream(connection.getOutputStream());
                out.writeInt(10);
                out.write(request, 4, 4);
                out.write(new byte[6]);
            }
        });

        // Then
        String address = "127.0.0.1:" + server.getLocalPort();
        assertThatThrownBy(() -> BrokerCheck.require(
                        address, ConfigSources.of(Map.of()).read(List.of()).kafka(), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("a broker listens at \"" + address + "\"")
                .hasMessageContaining("try again");
    }

    private BrokerProbe.Result probe(int patienceMs) {
        return BrokerProbe.probe("127.0.0.1", server.getLocalPort(), patienceMs);
    }

    private void answering(Answer answer) {
        threads.execute(() -> {
            try {
                while (true) {
                    Socket connection = server.accept();
                    threads.execute(() -> {
                        try {
                            answer.to(connection);
                        } catch (IOException e) {
                            // It has gone.
                        }
                    });
                }
            } catch (IOException e) {
                // The test has ended.
            }
        });
    }
}
