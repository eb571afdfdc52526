package io.featherwire.producer.outbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A TCP proxy in front of a broker that can be cut, muted and restored, and counts bytes and connections. */
final class CuttableProxy implements AutoCloseable {

    private final ServerSocket server;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicLong up = new AtomicLong();
    private final AtomicLong down = new AtomicLong();
    private final AtomicLong connections = new AtomicLong();
    private volatile boolean cut;
    private volatile boolean muted;

    CuttableProxy(int port, int target) throws IOException {
        this.server = new ServerSocket(port, 50, InetAddress.getByName("127.0.0.1"));
        this.target = target;
        start(this::accept);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket near = server.accept();
                sockets.add(near);
                if (cut) {
                    near.close();
                    continue;
                }
                Socket far = new Socket(InetAddress.getByName("127.0.0.1"), target);
                sockets.add(far);
                connections.incrementAndGet();
                start(() -> copy(near, far, up));
                start(() -> copy(far, near, down));
            } catch (IOException e) {
                // Closed, or the broker is not there.
            }
        }
    }

    private void copy(Socket from, Socket to, AtomicLong counted) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[16 << 10];
            for (int read = in.read(buffer); read >= 0 && !cut; read = in.read(buffer)) {
                counted.addAndGet(read);
                if (!muted || counted == down) {
                    out.write(buffer, 0, read);
                }
            }
        } catch (IOException e) {
            // Cut.
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    /** Bytes that clients have sent so far. */
    long up() {
        return up.get();
    }

    /** Bytes that clients have been sent so far. */
    long down() {
        return down.get();
    }

    int port() {
        return server.getLocalPort();
    }

    long connections() {
        return connections.get();
    }

    void cut() throws IOException {
        cut = true;
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** Discards what clients send. */
    void mute() {
        muted = true;
    }

    void restore() {
        cut = false;
        muted = false;
    }

    private static void start(Runnable work) {
        var thread = new Thread(work, "cuttable-line");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }
}
