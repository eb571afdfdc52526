package io.featherwire.trainer.network;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The state of a training between two steps: settings and counters as text, arrays by name. A directory holds the
 * newest checkpoint and the previous one. A file is complete or absent, because it is written under another name and
 * then renamed.
 *
 * @param facts settings and counters
 * @param arrays weights, statistics and the optimiser's state, by name
 */
public record Checkpoint(Map<String, String> facts, Map<String, float[]> arrays) {
    private static final int MAGIC = 0x46574331;
    private static final String NEWEST = "checkpoint.bin";
    private static final String BEFORE = "checkpoint.previous.bin";
    private static final int MOST_VALUES = 1 << 28;

    public Checkpoint {
        facts = Map.copyOf(facts);
    }

    public void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path draft = directory.resolve("checkpoint.part");
        try (FileOutputStream file = new FileOutputStream(draft.toFile());
                DataOutputStream out = new DataOutputStream(new BufferedOutputStream(file, 1 << 20))) {
            out.writeInt(MAGIC);
            out.writeInt(facts.size());
            for (Map.Entry<String, String> fact : facts.entrySet()) {
                out.writeUTF(fact.getKey());
                out.writeUTF(fact.getValue());
            }
            out.writeInt(arrays.size());
            for (Map.Entry<String, float[]> array : arrays.entrySet()) {
                out.writeUTF(array.getKey());
                out.writeInt(array.getValue().length);
                ByteBuffer bytes = ByteBuffer.allocate(4 * array.getValue().length);
                bytes.asFloatBuffer().put(array.getValue());
                out.write(bytes.array());
            }
            out.flush();
            file.getFD().sync();
        } catch (IOException e) {
            Files.deleteIfExists(draft);
            throw new IOException("cannot write a checkpoint into " + directory + ": " + e.getMessage(), e);
        }
        Path newest = directory.resolve(NEWEST);
        if (Files.exists(newest)) {
            Files.move(newest, directory.resolve(BEFORE), StandardCopyOption.REPLACE_EXISTING);
        }
        Files.move(draft, newest, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Reads the newest readable checkpoint in the directory; empty if there is none. */
    public static Optional<Checkpoint> newest(Path directory) throws IOException {
        IOException unreadable = null;
        for (String name : new String[] {NEWEST, BEFORE}) {
            Path file = directory.resolve(name);
            if (Files.exists(file)) {
                try {
                    return Optional.of(read(file));
                } catch (IOException e) {
                    unreadable = e;
                }
            }
        }
        if (unreadable != null) {
            throw unreadable;
        }
        return Optional.empty();
    }

    private static Checkpoint read(Path file) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 20))) {
            if (in.readInt() != MAGIC) {
                throw new IOException(file + " is not a checkpoint of this version");
            }
            Map<String, String> facts = new LinkedHashMap<>();
            for (int i = in.readInt(); i > 0; i--) {
                facts.put(in.readUTF(), in.readUTF());
            }
            Map<String, float[]> arrays = new LinkedHashMap<>();
            for (int i = in.readInt(); i > 0; i--) {
                String name = in.readUTF();
                int length = in.readInt();
                if (length < 0 || length > MOST_VALUES) {
                    throw new IOException(file + " is damaged: " + name + " has " + length + " values");
                }
                float[] values = new float[length];
                ByteBuffer.wrap(in.readNBytes(4 * length)).asFloatBuffer().get(values);
                arrays.put(name, values);
            }
            return new Checkpoint(facts, arrays);
        } catch (java.nio.BufferUnderflowException | java.io.EOFException e) {
            throw new IOException(file + " is truncated", e);
        }
    }

    static float[] requireArray(Map<String, float[]> arrays, String name) {
        float[] values = arrays.get(name);
        if (values == null) {
            throw new IllegalArgumentException("the checkpoint has no " + name + "; it belongs to other settings");
        }
        return values;
    }
}
