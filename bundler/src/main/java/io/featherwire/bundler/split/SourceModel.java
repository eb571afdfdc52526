package io.featherwire.bundler.split;

import static java.util.Objects.requireNonNull;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.featherwire.bundler.BundlerException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The user's ONNX model.
 *
 * @param file the file that the model was read from
 * @param proto the content of the file; weights are mapped, not copied
 */
public record SourceModel(Path file, ModelProto proto) {

    /** Reads a model's file without its external data. */
    public static SourceModel read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new BundlerException("Cannot read the model " + file + ": there is no such file.");
        }
        try (FileChannel channel = FileChannel.open(file)) {
            if (channel.size() > Integer.MAX_VALUE) {
                throw new BundlerException(
                        "Cannot read the model " + file + ": it is larger than the 2 GiB that one ONNX file can"
                                + " hold. Export it with external data.");
            }
            CodedInputStream in = UnsafeByteOperations.unsafeWrap(
                            channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()))
                    .newCodedInput();
            in.enableAliasing(true);
            ModelProto model = ModelProto.parseFrom(in);
            if (model.getGraph().getNodeCount() == 0) {
                throw new BundlerException(
                        "Cannot read the model " + file + ": it is not an ONNX model, or it has no nodes.");
            }
            return new SourceModel(file.toAbsolutePath().normalize(), model);
        } catch (InvalidProtocolBufferException e) {
            throw new BundlerException(
                    "Cannot read the model " + file + ": it is not an ONNX model (" + e.getMessage() + ").", e);
        } catch (IOException e) {
            throw new BundlerException("Cannot read the model " + file + ": " + e.getMessage(), e);
        }
    }

    /** Returns the directory of the external data. */
    Path directory() {
        return requireNonNull(file.getParent(), "directory");
    }

    String name() {
        return file.getFileName().toString();
    }

    /** Returns the exception for a model that cannot be split, with the reason and a remedy. */
    BundlerException rejection(String why, String remedy) {
        return new BundlerException("Cannot use the model " + name() + ": " + why + ". " + remedy);
    }
}
