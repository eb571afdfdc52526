package io.featherwire.trainer;

import io.featherwire.bundler.export.GraphRunner;
import io.featherwire.bundler.export.Layer.Conv;
import io.featherwire.bundler.export.Vgg16Networks;
import io.featherwire.bundler.export.WeightStorage;
import io.featherwire.codec.payload.TensorShape;
import io.featherwire.trainer.data.Features;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Features and the codes that an exported encoder computes from them.
 *
 * @param features features that are encoded
 * @param encoder layers from feature to code
 * @param codeShape shape of a code
 * @param training codes of the training images' features, row by row
 * @param learning codes of the features to train on, row by row; the first ones are {@code training}
 * @param validation codes of the validation features, row by row
 */
record CodedFeatures(
        CachedFeatures features,
        List<Conv> encoder,
        TensorShape codeShape,
        float[] training,
        float[] learning,
        float[] validation) {
    private static final int BATCH = 64;

    static CodedFeatures of(
            CachedFeatures features,
            TensorShape featureShape,
            List<Conv> encoder,
            TensorShape codeShape,
            WeightStorage storage,
            Path directory)
            throws IOException {
        try (GraphRunner encode = GraphRunner.of(Vgg16Networks.encoder(featureShape, encoder), storage, directory)) {
            float[] learning = encode(encode, features.learning(), codeShape.values());
            int training = features.training().count() * codeShape.values();
            return new CodedFeatures(
                    features,
                    encoder,
                    codeShape,
                    learning.length == training ? learning : Arrays.copyOf(learning, training),
                    learning,
                    encode(encode, features.validation(), codeShape.values()));
        }
    }

    private static float[] encode(GraphRunner encode, Features features, int values) {
        int[] rows = IntStream.range(0, features.count()).toArray();
        float[] codes = new float[rows.length * values];
        for (int from = 0; from < rows.length; from += BATCH) {
            float[] part = encode.run(features.gather(rows, from, Math.min(rows.length, from + BATCH)));
            System.arraycopy(part, 0, codes, from * values, part.length);
        }
        return codes;
    }
}
