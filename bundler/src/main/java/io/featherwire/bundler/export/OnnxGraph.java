package io.featherwire.bundler.export;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.io.IOException;
import java.nio.file.Path;

/** A finished ONNX model; equal networks give equal bytes. */
public final class OnnxGraph {

    private final ModelProto model;

    OnnxGraph(ModelProto model) {
        this.model = model;
    }

    ModelProto model() {
        return model;
    }

    /** Returns the content of the file. */
    public byte[] bytes() {
        return model.toByteArray();
    }

    /** Writes the file atomically. */
    public void write(Path file) throws IOException {
        AtomicFile.write(file, bytes());
    }
}
