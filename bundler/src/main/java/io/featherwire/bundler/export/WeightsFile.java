package io.featherwire.bundler.export;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** A file of packed weights beside the graphs, as ONNX external data; graphs of the same network share one copy. */
public final class WeightsFile {

    private static final int ALIGNMENT = Short.BYTES;

    private final String name;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private final Map<ByteString, Long> offsets = new LinkedHashMap<>();

    /** @param name the file name, by which graphs in the same directory refer to the file */
    public WeightsFile(String name) {
        this.name = Objects.requireNonNull(name, "name");
    }

    public String name() {
        return name;
    }

    /** Returns the offset of bytes, which are appended if they are new; offsets are aligned to two bytes. */
    long addIfNew(ByteString bytes) {
        Long known = offsets.get(bytes);
        if (known != null) {
            return known;
        }
        content.writeBytes(new byte[Math.floorMod(-content.size(), ALIGNMENT)]);
        long offset = content.size();
        content.writeBytes(bytes.toByteArray());
        offsets.put(bytes, offset);
        return offset;
    }

    /** Writes the weights of all graphs that were built so far, atomically. */
    public void write(Path directory) throws IOException {
        AtomicFile.write(directory.resolve(name), content.toByteArray());
    }
}
