package io.featherwire.lab.endtoend;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.List;
import java.util.Map;

/** The numbers of one benchmark, and the machine they were measured on. */
public interface Report {

    /** The report for a terminal. */
    List<String> lines();

    /** The report as JSON. */
    default String json() {
        try {
            return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Facts on one line: name=value, name=value. */
    static String line(Map<String, String> facts) {
        return String.join(", ", facts.entrySet().stream().map(Object::toString).toList());
    }
}
