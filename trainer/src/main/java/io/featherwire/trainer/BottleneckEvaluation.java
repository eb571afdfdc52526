package io.featherwire.trainer;

import io.featherwire.bundler.export.DenseWeights;
import io.featherwire.bundler.export.GraphRunner;
import io.featherwire.bundler.export.Layer.Conv;
import io.featherwire.bundler.export.Vgg16Networks;
import io.featherwire.bundler.export.WeightStorage;
import io.featherwire.bundler.transform.Logits;
import io.featherwire.bundler.transform.QuantiserChoice;
import io.featherwire.bundler.transform.QuantiserChoiceCodesBuilder;
import io.featherwire.codec.bundle.RdoqSettings;
import io.featherwire.codec.payload.TensorShape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Evaluates decoder, head and quantisers on given codes, by the exported graphs. */
final class BottleneckEvaluation implements AutoCloseable {
    private final CodedFeatures coded;
    private final List<Conv> decoder;
    private final List<DenseWeights> head;
    private final GraphRunner decode;
    private final GraphRunner classify;
    private final QuantiserChoice.Codes codes;

    BottleneckEvaluation(
            CodedFeatures coded,
            TensorShape featureShape,
            List<Conv> decoder,
            List<DenseWeights> head,
            @Nullable RdoqSettings search,
            WeightStorage storage,
            Path directory)
            throws IOException {
        this.coded = coded;
        this.decoder = decoder;
        this.head = head;
        decode = GraphRunner.of(Vgg16Networks.decoder(coded.codeShape(), decoder), storage, directory);
        GraphRunner classifying = null;
        try {
            classifying = GraphRunner.of(Vgg16Networks.head(featureShape, head), storage, directory);
            codes = codes(coded, decode, classifying, search);
        } catch (IOException | RuntimeException e) {
            if (classifying != null) {
                classifying.close();
            }
            decode.close();
            throw e;
        }
        classify = classifying;
    }

    private static QuantiserChoice.Codes codes(
            CodedFeatures coded, GraphRunner decode, GraphRunner classify, @Nullable RdoqSettings search) {
        return QuantiserChoiceCodesBuilder.builder()
                .shape(coded.codeShape())
                .training(coded.training())
                .validation(coded.validation())
                .reference(classify.run(coded.features().validationValues()))
                .labels(coded.features().validationLabels())
                .classify(code -> classify.run(decode.run(code)))
                .search(search)
                .build();
    }

    QuantiserChoice.Codes codes() {
        return codes;
    }

    TrainedBottleneck toBottleneck(QuantiserChoice choice) {
        int classes = codes.reference().length / codes.labels().length;
        return TrainedBottleneckBuilder.builder()
                .codeShape(coded.codeShape())
                .encoder(coded.encoder())
                .decoder(decoder)
                .head(head)
                .choice(choice)
                .uncompressed(Logits.accuracy(codes.reference(), codes.labels(), classes))
                .floatAccuracy(Logits.accuracy(codes.classify().apply(codes.validation()), codes.labels(), classes))
                .search(codes.search())
                .build();
    }

    @Override
    public void close() {
        decode.close();
        classify.close();
    }
}
