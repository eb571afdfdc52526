package io.featherwire.runtime;

import java.util.Set;
import org.rocksdb.RocksDB;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads the native libraries of Kafka Streams at start, so that the first record does not have to wait for them. */
public final class StreamLibraries {

    /** The prefixes of the files into which the libraries are unpacked. */
    public static final Set<String> FILES = Set.of("librocksdbjni", "libzstd-jni");

    private static final Logger LOG = LoggerFactory.getLogger(StreamLibraries.class);

    private StreamLibraries() {}

    /** Loads zstd, with which all streams compress their records. */
    public static void load() {
        try {
            // zstd is a runtime dependency of Kafka's clients, so it is not on the compile class path.
            Class.forName("com.github.luben.zstd.util.Native").getMethod("load").invoke(null);
        } catch (ReflectiveOperationException | LinkageError e) {
            LOG.debug("cannot load zstd at start", e);
        }
    }

    /** Also loads RocksDB, for a stream with state on disk. */
    public static void loadWithStore() {
        load();
        RocksDB.loadLibrary();
    }
}
