package io.featherwire.classifier;

import io.featherwire.codec.PayloadClassifier;
import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.schemas.CompactFeature;

/** A features record that is ready for the network: its bundle found, its payload decoded to a code [C, h, w]. */
record ReadyFeature(
        SourceRecord source, String sensorId, CompactFeature feature, PayloadClassifier classifier, float[] code) {}
