package io.featherwire.bundler.split;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.featherwire.bundler.BundlerException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes models. External data of a model are copied into one file beside it. */
public final class ModelWriter {
    /** The alignment of external data: a memory page, so that the runtime can map the data. */
    private static final long ALIGNMENT = 4096;

    private ModelWriter() {}

    /**
     * Writes a model.
     *
     * @param from the directory of the model's external data
     * @param to the file to write; external data are written to the same name with {@code .data} appended
     * @return the files written
     */
    public static List<Path> write(ModelProto model, Path from, Path to) throws IOException {
        Path data = to.resolveSibling(to.getFileName() + ".data");
        ModelProto.Builder moved = model.toBuilder();
        List<Path> written = new ArrayList<>(List.of(to));
        List<TensorProto.Builder> external = new ArrayList<>();
        for (TensorProto.Builder tensor : moved.getGraphBuilder().getInitializerBuilderList()) {
            if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
                external.add(tensor);
            }
        }
        if (!external.isEmpty()) {
            try (FileChannel out = FileChannel.open(
                    data, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                for (TensorProto.Builder tensor : external) {
                    moveValues(tensor, from, data, out);
                }
            }
            written.add(data);
        }
        try (var out = Files.newOutputStream(to)) {
            moved.build().writeTo(out);
        }
        return written;
    }

    private static void moveValues(TensorProto.Builder tensor, Path from, Path data, FileChannel out)
            throws IOException {
        Map<String, String> entries = new TreeMap<>();
        tensor.getExternalDataList().forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
        String location = entries.getOrDefault("location", "");
        Path source = from.resolve(location).normalize();
        if (location.isEmpty() || !source.startsWith(from.normalize()) || !Files.isRegularFile(source)) {
            throw new BundlerException(
                    "Cannot use the initialiser '" + tensor.getName() + "': its values should be in the file '"
                            + location + "' beside the model, but there is no such file. Copy it there.");
        }
        try (FileChannel in = FileChannel.open(source)) {
            long offset = longEntry(tensor, entries, "offset", 0);
            long length = longEntry(tensor, entries, "length", in.size() - offset);
            if (offset < 0 || length < 0 || offset > in.size() - length) {
                throw new BundlerException("Cannot use the initialiser '" + tensor.getName()
                        + "': its values are beyond the end of " + source + ". Export the model again.");
            }
            long at = (out.size() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
            out.position(at);
            for (long done = 0; done < length; ) {
                done += in.transferTo(offset + done, length - done, out);
            }
            tensor.clearExternalData()
                    .addExternalData(entry("location", data.getFileName().toString()))
                    .addExternalData(entry("offset", Long.toString(at)))
                    .addExternalData(entry("length", Long.toString(length)));
        }
    }

    private static long longEntry(TensorProto.Builder tensor, Map<String, String> entries, String key, long absent) {
        try {
            return entries.containsKey(key) ? Long.parseLong(entries.get(key)) : absent;
        } catch (NumberFormatException e) {
            throw new BundlerException(
                    "Cannot use the initialiser '" + tensor.getName() + "': the " + key
                            + " of its external data is not a number. Export the model again.",
                    e);
        }
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }
}
