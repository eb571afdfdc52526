package io.featherwire.evaluation;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.featherwire.datasets.Split;
import java.io.IOException;

/**
 * The fields of a training recipe that define which images of the training split were used.
 *
 * @param trainingImages number of used images, the first of the split; 0 for all
 * @param validationImages number of used images to hold out for validation; at most a tenth of the used images is held
 *     out
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record TrainingImageSelection(int trainingImages, @JsonProperty(required = true) int validationImages) {

    private static final ObjectMapper YAML = new YAMLMapper();

    /**
     * Reads the fields from the recipe in a bundle's provenance.
     *
     * @param where description of the recipe's origin, for errors
     */
    static TrainingImageSelection parse(String yaml, String where) throws IOException {
        try {
            return YAML.readValue(yaml, TrainingImageSelection.class);
        } catch (JsonProcessingException e) {
            throw new IOException(where + " does not say which images were held out: " + e.getOriginalMessage(), e);
        }
    }

    Split select(Split train) {
        return trainingImages > 0 ? train.first(trainingImages) : train;
    }
}
