package io.featherwire.evaluation.utility;

import static java.util.Objects.requireNonNull;

import io.featherwire.bundler.fit.CodecFamily;

/** A coding of the coefficients in the eigenbasis of the codec's images. */
abstract class EigenbasisCoding extends VectorCoding {

    final CodecFamily codecs;

    EigenbasisCoding(CodecFamily codecs) {
        this.codecs = requireNonNull(codecs, "codecs");
    }

    @Override
    FloatMatrix transform(FloatMatrix features) {
        return new FloatMatrix(codecs.encode(features.values()), codecs.coefficients());
    }

    @Override
    FloatMatrix inverseTransform(FloatMatrix decoded) {
        return new FloatMatrix(
                codecs.decode(decoded.values()), codecs.transform().mean().length);
    }
}
