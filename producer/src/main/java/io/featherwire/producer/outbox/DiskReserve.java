package io.featherwire.producer.outbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of zeros beside the database, which reserves disk space. It is deleted when the disk is full. The write-ahead
 * log can then be checkpointed into the database, and frames can be dropped, so that new frames use their pages.
 */
final class DiskReserve {

    private static final Logger LOG = LoggerFactory.getLogger(DiskReserve.class);
    private static final int BLOCK = 64 << 10;
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Path file;
    private final long bytes;
    private boolean allocated;
    private long retryAt;

    /** Allocates the reserve at once, if the disk has enough space. */
    DiskReserve(Path directory, long bytes) {
        this.file = directory.resolve("outbox.reserve");
        this.bytes = bytes;
        this.allocated = file.toFile().length() == bytes || allocate();
    }

    /** Frees the reserve; returns false if there was none. */
    boolean release() {
        if (!allocated) {
            return false;
        }
        allocated = false;
        LOG.warn(
                "the disk of the outbox is full: frames are dropped according to outbox.full until there is space again");
        delete();
        return true;
    }

    /**
     * Allocates the reserve again, at most once a second, if the disk has twice as much free space; returns whether it
     * is allocated.
     */
    boolean allocateAgain() {
        if (!allocated && System.nanoTime() - retryAt >= 0) {
            retryAt = System.nanoTime() + RETRY_NANOS;
            allocated = file.toFile().getAbsoluteFile().getParentFile().getUsableSpace() >= 2 * bytes && allocate();
            if (allocated) {
                LOG.info("the disk of the outbox has free space again");
            }
        }
        return allocated;
    }

    private boolean allocate() {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            for (long left = bytes; left > 0; ) {
                left -= channel.write(ByteBuffer.allocate((int) Math.min(BLOCK, left)));
            }
            // Some file systems report only at this point that they are full.
            channel.force(true);
            return true;
        } catch (IOException e) {
            LOG.debug("no space for {}", file, e);
            delete();
            return false;
        }
    }

    private void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("{} cannot be deleted: {}", file, e.toString());
        }
    }
}
