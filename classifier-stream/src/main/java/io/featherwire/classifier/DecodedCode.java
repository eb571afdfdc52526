package io.featherwire.classifier;

import io.featherwire.codec.PayloadClassifier;
import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.schemas.CompactFeature;
import java.util.Optional;

/**
 * A features record whose payload is decoded to a code, ready for the decoder and the head.
 *
 * @param code the decoded code, [C, h, w]
 * @param expected the expected size of the payload, if it is known
 */
record DecodedCode(
        SourceRecord source,
        String sensorId,
        CompactFeature feature,
        PayloadClassifier classifier,
        float[] code,
        Optional<ExpectedPayloadSize> expected) {}
