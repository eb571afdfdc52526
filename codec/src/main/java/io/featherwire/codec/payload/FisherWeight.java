package io.featherwire.codec.payload;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * The weight of a change of the network's own prediction when symbols are chosen.
 *
 * <p>An error e of a code changes the class probabilities p by about ½ eᵀFe nats of Kullback–Leibler divergence. F is
 * the Fisher information Σ p(k) g(k) g(k)ᵀ, where g(k) is the gradient of class k's logit minus the mean of all
 * gradients under p. The directions of an image are the vectors √p(k) g(k) of its most probable classes: the squares of
 * their scalar products with e sum to eᵀFe.
 *
 * @param graph the file name of the graph that computes an image's directions, for errors in steps; its input is the
 *      feature or the code
 * @param weight the squared error, in squared steps, that counts as much as one unit of eᵀFe
 * @param coefficients the number of the code's first values that have directions. The graph's output is [N,
 *      coefficients + 1, classes]; its last row is the product of the directions with the whole feature minus its mean.
 *      Null in older bundles: all values have directions, and the last row is the product with the part of the feature
 *      that the code leaves out
 * @param movable the number of the code's first values whose symbols may change; errors of later values count, but their
 *      symbols stay, which takes less time. Null in older bundles: the symbols of all directed values may change
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FisherWeight(
        @JsonProperty(required = true) String graph,
        @JsonProperty(required = true) double weight,
        @Nullable Integer coefficients,
        @Nullable Integer movable) {

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
        if (movable != null && movable < 1) {
            throw new IllegalArgumentException("the movable coefficients are " + movable + ", must be at least 1");
        }
    }

    /** Makes a weight that may change the symbols of all values that have directions. */
    public FisherWeight(String graph, double weight, @Nullable Integer coefficients) {
        this(graph, weight, coefficients, null);
    }

    /** Makes a weight whose graph computes directions of all values. */
    public FisherWeight(String graph, double weight) {
        this(graph, weight, null);
    }

    /**
     * Returns the number of values that have directions.
     *
     * @param values the number of values of the code
     */
    public int directedValues(int values) {
        return coefficients == null ? values : coefficients;
    }

    /**
     * Returns the number of values whose symbols may change.
     *
     * @param values the number of values of the code
     */
    int movableValues(int values) {
        int directed = directedValues(values);
        return movable == null ? directed : Math.min(movable, directed);
    }
}
