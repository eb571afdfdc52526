package io.featherwire.codec.bundle;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Iterator;
import java.util.Locale;
import java.util.TreeSet;

/**
 * Converts manifests to JSON and back, and computes the fingerprint of their canonical form.
 *
 * <p>In the canonical form the keys of every object are sorted by UTF-16 code unit, and there is no white space.
 * Strings are JSON strings in which only {@code "}, {@code \} and control characters are escaped (as {@code \}{@code
 * uXXXX} in lower-case hexadecimal). Numbers are decimal text without trailing zeros, as {@link BigDecimal#toString()}
 * prints it. The canonical form is computed from the file's own text: a reader that prints floats differently, or does
 * not know every key, gets the same fingerprint.
 */
final class ManifestJson {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(JsonParser.Feature.AUTO_CLOSE_SOURCE)
            .build();

    private ManifestJson() {}

    static byte[] write(Object manifest) throws IOException {
        return (MAPPER.writeValueAsString(manifest) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    static JsonNode parseTree(byte[] json) throws IOException {
        return MAPPER.readTree(json);
    }

    static <T> T toManifest(JsonNode tree, Class<T> type) throws IOException {
        return MAPPER.treeToValue(tree, type);
    }

    static Fingerprint fingerprint(JsonNode tree) {
        StringBuilder canonical = new StringBuilder();
        appendCanonical(tree, canonical);
        return Fingerprint.of(sha256().digest(canonical.toString().getBytes(StandardCharsets.UTF_8)));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static void appendCanonical(JsonNode node, StringBuilder out) {
        if (node.isObject()) {
            appendObject(node, out);
        } else if (node.isArray()) {
            array(node, out);
        } else if (node.isNumber()) {
            out.append(canonicalNumber(node.decimalValue()));
        } else if (node.isTextual()) {
            appendString(node.textValue(), out);
        } else {
            out.append(node.asText());
        }
    }

    private static String canonicalNumber(BigDecimal value) {
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toString();
    }

    private static void appendObject(JsonNode node, StringBuilder out) {
        TreeSet<String> keys = new TreeSet<>();
        node.fieldNames().forEachRemaining(keys::add);
        String separator = "{";
        for (String key : keys) {
            out.append(separator);
            appendString(key, out);
            out.append(':');
            appendCanonical(node.get(key), out);
            separator = ",";
        }
        out.append(keys.isEmpty() ? "{}" : "}");
    }

    private static void array(JsonNode node, StringBuilder out) {
        out.append('[');
        for (Iterator<JsonNode> elements = node.elements(); elements.hasNext(); ) {
            appendCanonical(elements.next(), out);
            if (elements.hasNext()) {
                out.append(',');
            }
        }
        out.append(']');
    }

    private static void appendString(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20) {
                out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
