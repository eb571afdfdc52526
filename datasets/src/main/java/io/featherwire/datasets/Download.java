package io.featherwire.datasets;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Downloads a file of known size and hash. Received bytes stay in a file {@code .part} beside the target, and the next
 * attempt continues from them. The target appears only complete and verified.
 *
 * @param connect time-out for a response, including name resolution and connection, and for each next chunk
 * @param total time-out of the whole download; after a tenth of it, the download fails if at the current rate it would
 *     take more than twice this time
 */
public record Download(Duration connect, Duration total) {

    private static final int CHUNK = 1 << 16;

    public Download {
        requireNonNull(connect, "connect");
        requireNonNull(total, "total");
    }

    /** Time-outs for a download that the user requested. */
    public static Download withLongTimeouts() {
        return new Download(Duration.ofSeconds(20), Duration.ofHours(2));
    }

    /** Short time-outs for a download that has an alternative. */
    public static Download withShortTimeouts() {
        return new Download(Duration.ofSeconds(3), Duration.ofSeconds(60));
    }

    void fetch(URI source, Path target, long size, String sha256, DownloadListener listener) throws IOException {
        Files.createDirectories(requireNonNull(target.toAbsolutePath().getParent(), "parent of the target"));
        Path part = target.resolveSibling(target.getFileName() + ".part");
        long deadline = System.nanoTime() + total.toNanos();
        long present = Files.exists(part) ? Files.size(part) : 0;
        if (present > size) {
            Files.delete(part);
            present = 0;
        }
        if (present < size) {
            receive(source, part, present, size, deadline, listener);
        }
        verify(source, part, size, sha256);
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void receive(URI source, Path part, long present, long size, long deadline, DownloadListener listener)
            throws IOException {
        HttpClient client = HttpClient.newBuilder()
                .connectTimeout(connect)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        var request = HttpRequest.newBuilder(source).timeout(connect);
        if (present > 0) {
            request.header("Range", "bytes=" + present + "-");
        }
        HttpResponse<InputStream> response = send(client, request.build(), connect);
        try (InputStream body = response.body()) {
            // A server that ignores the range header responds with status 200 and the whole file.
            boolean continued = response.statusCode() == 206;
            if (!continued && response.statusCode() != 200) {
                throw new DatasetException(source + " returned status " + response.statusCode());
            }
            copy(source, body, part, continued ? present : 0, size, deadline, listener);
        }
    }

    /** Sends the request on another thread, because name resolution has no time-out. */
    private static HttpResponse<InputStream> send(HttpClient client, HttpRequest request, Duration timeout)
            throws IOException {
        var answer = CompletableFuture.supplyAsync(
                        () -> client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream()))
                .thenCompose(Function.identity());
        try {
            return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatasetException("interrupted while waiting for " + request.uri(), e);
        } catch (TimeoutException e) {
            answer.thenAccept(late -> closeQuietly(late.body()));
            throw new DatasetException(
                    "cannot reach " + request.uri() + ": no response within " + timeout.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            Throwable cause = requireNonNull(e.getCause(), "cause");
            String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
            throw new DatasetException("cannot reach " + request.uri() + ": " + why, cause);
        }
    }

    private static void closeQuietly(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            // The response is not used.
        }
    }

    private void copy(
            URI source, InputStream body, Path part, long from, long size, long deadline, DownloadListener news)
            throws IOException {
        try (var channel = Files.newByteChannel(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.truncate(from).position(from);
            var out = Channels.newOutputStream(channel);
            byte[] chunk = new byte[CHUNK];
            long received = from;
            long start = System.nanoTime();
            for (int n = read(source, body, chunk, deadline); n >= 0; n = read(source, body, chunk, deadline)) {
                received += n;
                if (received > size) {
                    throw new DatasetException(source + " sends more than the expected " + size + " bytes");
                }
                out.write(chunk, 0, n);
                news.onReceived(received, size);
                checkRate(source, received - from, size - from, System.nanoTime() - start);
            }
        }
    }

    private void checkRate(URI source, long received, long expected, long nanos) throws DatasetException {
        double whole = (double) nanos / received * expected;
        if (nanos > total.toNanos() / 10 && whole > 2.0 * total.toNanos()) {
            throw new DatasetException(String.format(
                    Locale.ROOT,
                    "%s is too slow: the download would take %d s; the received part is kept, and the next attempt resumes it",
                    source,
                    Math.round(whole / 1e9)));
        }
    }

    /** Reads on another thread, because a read of an HTTP body has no time-out. */
    private int read(URI source, InputStream body, byte[] chunk, long deadline) throws IOException {
        long left = Math.min(connect.toNanos(), deadline - System.nanoTime());
        var read = CompletableFuture.supplyAsync(() -> {
            try {
                return body.read(chunk);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        try {
            return read.get(Math.max(1, left), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new DatasetException(
                    source
                            + " is too slow or sends nothing; the received part is kept, and the next attempt resumes it",
                    e);
        } catch (ExecutionException e) {
            throw new DatasetException(
                    "the download of " + source + " was interrupted; the next attempt resumes it", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatasetException("interrupted while reading " + source, e);
        }
    }

    static void verify(URI source, Path part, long size, String sha256) throws IOException {
        long present = Files.size(part);
        if (present < size) {
            throw new DatasetException("the download of %s ended after %d of %d bytes; the next attempt resumes it"
                    .formatted(source, present, size));
        }
        MessageDigest digest = DatasetHash.sha256();
        try (InputStream in = Files.newInputStream(part)) {
            byte[] chunk = new byte[CHUNK];
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                digest.update(chunk, 0, n);
            }
        }
        String actual = HexFormat.of().formatHex(digest.digest());
        if (!actual.equals(sha256)) {
            Files.delete(part);
            throw new DatasetException("%s has SHA-256 %s, expected %s; the file was deleted, try again"
                    .formatted(source, actual, sha256));
        }
    }
}
