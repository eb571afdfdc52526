package io.featherwire.codec.bundle;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;

/** The kind of prediction that a head makes. */
public enum HeadKind {
    /** Exactly one class is right: the prediction is a softmax over the graph's {@code logits}. */
    CLASSIFICATION("classification"),
    /** Any number of classes are right: a class is predicted if the sigmoid of its logit reaches its threshold. */
    MULTI_LABEL("multi-label"),
    /** Real quantities: the graph's {@code values}. */
    REGRESSION("regression"),
    /** A vector to compare with others: the graph's {@code values}, normalised to length 1 if the manifest says so. */
    EMBEDDING("embedding");

    private final String text;

    HeadKind(String text) {
        this.text = text;
    }

    /** Reads the name of a kind. */
    @JsonCreator
    public static HeadKind parse(String text) {
        for (HeadKind kind : values()) {
            if (kind.text.equals(text)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("the kind is '" + text + "', must be one of " + texts());
    }

    /** Returns the names of all kinds. */
    public static List<String> texts() {
        return Arrays.stream(values()).map(HeadKind::text).toList();
    }

    /** Returns the name of the kind, as manifests, records and options write it. */
    @JsonValue
    public String text() {
        return text;
    }

    /** Returns the name of the graph's output. */
    public String outputName() {
        return this == CLASSIFICATION || this == MULTI_LABEL ? "logits" : "values";
    }
}
