package io.featherwire.classifier;

import io.featherwire.schemas.AccuracySnapshot;
import io.featherwire.schemas.Classification;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.Label;
import io.featherwire.schemas.serde.AvroSerde;
import io.featherwire.schemas.serde.TopicSerdes;

/** The serdes of the classifier's topics. Parts are between its own instances, so they need no registry. */
record ClassifierSerdes(
        AvroSerde<CompactFeature> features,
        AvroSerde<Label> labels,
        AvroSerde<Classification> classifications,
        AvroSerde<AccuracySnapshot> accuracyParts,
        AvroSerde<AccuracySnapshot> accuracy) {

    static ClassifierSerdes of(TopicSerdes serdes, ClassifierTopics topics) {
        return new ClassifierSerdes(
                serdes.of(topics.features(), CompactFeature.class),
                serdes.of(topics.labels(), Label.class),
                serdes.of(topics.classifications(), Classification.class),
                AvroSerde.of(AccuracySnapshot.class),
                serdes.of(topics.accuracy(), AccuracySnapshot.class));
    }
}
