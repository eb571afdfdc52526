package io.featherwire.codec.bundle;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;

/** What sort of prediction a head gives. */
public enum HeadKind {
    /** Exactly one of the classes is right: a softmax over the graph's {@code logits}. */
    CLASSIFICATION("classification"),
    /** Any number of the classes are right: a sigmoid of each of the graph's {@code logits}, against its threshold. */
    MULTI_LABEL("multi-label"),
    /** Quantities, as the graph's {@code values} have them. */
    REGRESSION("regression"),
    /** A vector to compare with others: the graph's {@code values}, perhaps taken to length 1. */
    EMBEDDING("embedding");

    private final String text;

    HeadKind(String text) {
        this.text = text;
    }

    /** Reads the name. */
    @JsonCreator
    public static HeadKind parse(String text) {
        for (HeadKind kind : values()) {
            if (kind.text.equals(text)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("the kind is '" + text + "', must be one of " + texts());
    }

    /** All names. */
    public static List<String> texts() {
        return Arrays.stream(values()).map(HeadKind::text).toList();
    }

    /** The name, as in manifests, records and options. */
    @JsonValue
    public String text() {
        return text;
    }

    /** Name of the graph's output. */
    public String output() {
        return this == CLASSIFICATION || this == MULTI_LABEL ? "logits" : "values";
    }
}
