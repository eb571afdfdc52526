package io.featherwire.classifier;

import io.featherwire.runtime.topics.TopicNames;
import io.featherwire.schemas.AccuracySnapshot;
import io.featherwire.schemas.Classification;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.FeatureBatch;
import io.featherwire.schemas.Label;
import io.featherwire.schemas.serde.AvroSerde;
import io.featherwire.schemas.serde.TopicSerdes;

/**
 * The serdes of the classifier's topics. Only the classifier's own instances use the topic of accuracy parts, so its
 * serde needs no registry.
 */
record ClassifierSerdes(
        AvroSerde<CompactFeature> features,
        AvroSerde<FeatureBatch> featureBatches,
        AvroSerde<Label> labels,
        AvroSerde<Classification> classifications,
        AvroSerde<AccuracySnapshot> accuracyParts,
        AvroSerde<AccuracySnapshot> accuracy) {

    static ClassifierSerdes of(TopicSerdes serdes, ClassifierConfig config) {
        return new ClassifierSerdes(
                serdes.of(config.get(TopicNames.FEATURES), CompactFeature.class),
                serdes.of(config.get(TopicNames.FEATURE_BATCHES), FeatureBatch.class),
                serdes.of(config.get(TopicNames.LABELS), Label.class),
                serdes.of(config.get(TopicNames.CLASSIFICATIONS), Classification.class),
                AvroSerde.of(AccuracySnapshot.class),
                serdes.of(config.get(TopicNames.ACCURACY), AccuracySnapshot.class));
    }
}
