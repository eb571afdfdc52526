package io.featherwire.codec.payload;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What a change of the network's own prediction may cost when symbols are chosen.
 *
 * <p>An error e of a code changes class probabilities p by about ½ eᵀFe nats (Kullback–Leibler divergence), where F is the Fisher information
 * Σ p(k) g(k) g(k)ᵀ of the classes' gradients g less their mean. The directions of an image are the √p(k) g(k) of its likeliest classes: the
 * squares of their products with e sum to eᵀFe.
 *
 * @param graph file name of the graph that gives an image's directions, for errors counted in steps; its input is the feature or the
 *     code
 * @param weight squared error, in squared steps, that a unit of eᵀFe may cost
 * @param coefficients number of the code's first values that have directions: the graph's output is [N, coefficients and one more,
 *     classes], and the last row is the product of the classes' gradients with the whole feature less its mean. Absent in bundles
 *     of earlier releases: all values have directions, and the last row is the product with what the code leaves out
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FisherWeight(
        @JsonProperty(required = true) String graph,
        @JsonProperty(required = true) double weight,
        @Nullable Integer coefficients) {

    private static final double MOST = 1e6;

    public FisherWeight {
        requireNonNull(graph, "graph");
        if (!(weight > 0 && weight <= MOST)) {
            throw new IllegalArgumentException(
                    "the Fisher weight is " + weight + ", must be above 0 and at most " + MOST);
        }
        if (coefficients != null && coefficients < 1) {
            throw new IllegalArgumentException("the Fisher coefficients are " + coefficients + ", must be at least 1");
        }
    }

    /** A weight whose graph gives directions of all values. */
    public FisherWeight(String graph, double weight) {
        this(graph, weight, null);
    }

    /**
     * The number of values that have directions.
     *
     * @param values of the code
     */
    public int directed(int values) {
        return coefficients == null ? values : coefficients;
    }
}
