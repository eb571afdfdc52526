package io.featherwire.runtime;

import java.util.Set;
import org.rocksdb.RocksDB;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads the native libraries of Kafka Streams at a defined moment instead of with the first record. */
public final class StreamLibraries {

    /** Prefixes of the files into which they are unpacked. */
    public static final Set<String> FILES = Set.of("librocksdbjni", "libzstd-jni");

    private static final Logger LOG = LoggerFactory.getLogger(StreamLibraries.class);

    private StreamLibraries() {}

    /** Loads the compression that all streams write with. */
    public static void load() {
        try {
            // A runtime dependency of Kafka's clients, which is not on the compile class path.
            Class.forName("com.github.luben.zstd.util.Native").getMethod("load").invoke(null);
        } catch (ReflectiveOperationException | LinkageError e) {
            LOG.debug("zstd is loaded when it is needed", e);
        }
    }

    /** Also loads RocksDB, for a stream with state on disk. */
    public static void loadWithStore() {
        load();
        RocksDB.loadLibrary();
    }
}
