package io.featherwire.lab.endtoend;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.List;
import java.util.Map;

/** The numbers of one benchmark, with the machine of the measurement. */
public interface MachineReport {

    /** Formats the report for a terminal. */
    List<String> lines();

    /** Formats the report as JSON. */
    default String json() {
        try {
            return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Formats facts on one line: name=value, name=value. */
    static String line(Map<String, String> facts) {
        return String.join(", ", facts.entrySet().stream().map(Object::toString).toList());
    }
}
