package io.featherwire.runtime;

import java.util.Set;
import org.rocksdb.RocksDB;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The native libraries of Kafka Streams, loaded at a known moment instead of with the first record. */
public final class StreamLibraries {

    /** How the files begin that they are unpacked into. */
    public static final Set<String> FILES = Set.of("librocksdbjni", "libzstd-jni");

    private static final Logger LOG = LoggerFactory.getLogger(StreamLibraries.class);

    private StreamLibraries() {}

    /** Loads the compression that all streams write with. */
    public static void load() {
        try {
            // Kafka's clients bring it along without offering it for compiling.
            Class.forName("com.github.luben.zstd.util.Native").getMethod("load").invoke(null);
        } catch (ReflectiveOperationException | LinkageError e) {
            LOG.debug("zstd is loaded when it is needed", e);
        }
    }

    /** The same with the store of a stream that keeps state on disk. */
    public static void loadWithStore() {
        load();
        RocksDB.loadLibrary();
    }
}
