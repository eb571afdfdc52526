package io.featherwire.runtime.http;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * Reads and discards the rest of a request that was answered before its body had arrived, such as a refused upload. If
 * the server closed the connection instead, the client would see a broken connection and no response (RFC 9112, section
 * 9.6).
 */
final class RequestBodyDrain implements Filter {

    private static final int BLOCK = 64 << 10;

    private final Semaphore threads;
    private final long nanos;

    /**
     * @param max the maximum number of bodies that are read at the same time; each occupies a thread of the server
     * @param time the maximum time for the rest of a body
     */
    RequestBodyDrain(int max, Duration time) {
        this.threads = new Semaphore(max);
        this.nanos = time.toNanos();
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        chain.doFilter(request, response);
        if (!request.isAsyncStarted() && hasBody((HttpServletRequest) request) && threads.tryAcquire()) {
            try {
                response.flushBuffer();
                discard(request.getInputStream());
            } catch (IOException e) {
                // The client is gone, or its body is not valid HTTP: the connection ends.
            } finally {
                threads.release();
            }
        }
    }

    /** Whether a body follows. A client that waits for 100 Continue sends no body after another response. */
    private static boolean hasBody(HttpServletRequest request) {
        return (request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null)
                && request.getHeader("Expect") == null;
    }

    private void discard(InputStream in) throws IOException {
        long end = System.nanoTime() + nanos;
        byte[] block = new byte[BLOCK];
        while (in.read(block) >= 0 && System.nanoTime() - end < 0) {
            // Nothing is kept.
        }
    }
}
