package io.featherwire.lab.endtoend;

import io.featherwire.schemas.Classification;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.serde.AvroSerde;

/** Reads the capture times of records, in milliseconds since 1970. */
final class CaptureTimes {

    private static final AvroSerde<CompactFeature> FEATURES = AvroSerde.of(CompactFeature.class);
    private static final AvroSerde<Classification> CLASSIFICATIONS = AvroSerde.of(Classification.class);

    private CaptureTimes() {}

    static long ofFeature(byte[] value) {
        return FEATURES.decode(value).getCapturedAt().toEpochMilli();
    }

    static long ofClassification(byte[] value) {
        return CLASSIFICATIONS.decode(value).getCapturedAt().toEpochMilli();
    }
}
