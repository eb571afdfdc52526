package io.featherwire.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The persistent name of an instance, for static group membership and transactional ids. It is stored beside the state,
 * in a file that is locked while the instance runs; several instances that share a directory have a file each.
 *
 * <p>A restarted instance with its old identity rejoins the group at once, while a new member would wait for the
 * session timeout of the dead instance. Its first transaction also aborts the open transaction of the dead instance,
 * which would otherwise block readers until its timeout.
 */
final class InstanceIdentity implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(InstanceIdentity.class);
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");
    private static final int MAX_INSTANCES = 256;
    private static final int UUID_LENGTH = 36;

    private final String id;
    private final @Nullable FileChannel locked;

    private InstanceIdentity(String id, @Nullable FileChannel locked) {
        this.id = id;
        this.locked = locked;
    }

    /** Acquires the first identity of the directory that no running instance uses; creates one if there is none. */
    static InstanceIdentity acquire(Path stateDirectory, String applicationId) {
        try {
            Files.createDirectories(stateDirectory);
            for (int n = 1; n <= MAX_INSTANCES; n++) {
                Optional<InstanceIdentity> free =
                        tryToAcquire(stateDirectory.resolve(applicationId + ".instance-" + n), applicationId);
                if (free.isPresent()) {
                    return free.get();
                }
            }
        } catch (IOException e) {
            LOG.warn(
                    "{} has no persistent identity, so a restart after a crash will take longer: cannot use {}: {}",
                    applicationId,
                    stateDirectory,
                    e.getMessage());
        }
        return new InstanceIdentity(applicationId + "-" + UUID.randomUUID(), null);
    }

    private static Optional<InstanceIdentity> tryToAcquire(Path file, String applicationId) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                return Optional.empty();
            }
            // The id includes the host name, so that a copy of the state directory on another machine has another
            // identity.
            UUID id = UUID.nameUUIDFromBytes((readOrWrite(channel) + "@" + hostName()).getBytes(UTF_8));
            return Optional.of(new InstanceIdentity(applicationId + "-" + id, channel));
        } catch (OverlappingFileLockException e) {
            channel.close();
            return Optional.empty();
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static String readOrWrite(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(UUID_LENGTH);
        channel.read(bytes, 0);
        String found = new String(bytes.array(), 0, bytes.position(), UTF_8);
        if (found.length() == UUID_LENGTH) {
            return found;
        }
        String fresh = UUID.randomUUID().toString();
        channel.write(ByteBuffer.wrap(fresh.getBytes(UTF_8)), 0);
        return fresh;
    }

    private static String hostName() {
        try {
            return Files.readString(HOST_NAME).strip();
        } catch (IOException e) {
            return String.valueOf(System.getenv("COMPUTERNAME"));
        }
    }

    /** The application id and a UUID. */
    String id() {
        return id;
    }

    /** Whether the next start in this directory will have the same identity. */
    boolean isPersistent() {
        return locked != null;
    }

    /** Releases the identity for another instance. */
    @Override
    public void close() {
        if (locked != null) {
            try {
                locked.close();
            } catch (IOException e) {
                LOG.debug("cannot release the identity {}", id, e);
            }
        }
    }
}
