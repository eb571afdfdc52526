package io.featherwire.codec.payload;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What a change of the network's own answer may cost when symbols are chosen.
 *
 * <p>An error e of a code changes class probabilities p by about ½ eᵀFe nats (Kullback–Leibler divergence), where F is the Fisher information
 * Σ p(k) g(k) g(k)ᵀ of the classes' gradients g less their mean. The directions of an image are the √p(k) g(k) of its likeliest classes: the
 * squares of their products with e sum to eᵀFe.
 *
 * @param graph file name of the graph that gives an image's directions, [N, values of the code and one more, classes], for errors
 *     counted in steps; the last row is the direction of what the code leaves out; its input is the feature or the code
 * @param weight squared error, in squared steps, that a unit of eᵀFe may cost
 */
public record AnswerWeight(@JsonProperty(required = true) String graph, @JsonProperty(required = true) double weight) {

    private static final double MOST = 1e6;

    public AnswerWeight {
        requireNonNull(graph, "graph");
        if (!(weight > 0 && weight <= MOST)) {
            throw new IllegalArgumentException(
                    "the answer's weight is " + weight + ", must be above 0 and at most " + MOST);
        }
    }
}
