package io.featherwire.evaluation.utility;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A digest of everything that the result of a measurement depends on: features, labels, options, codings and version. */
final class MeasurementKey {

    /** The version of the key. It increases when a method of measurement or the format of kept rows changes. */
    private static final int FORMAT = 3;

    private static final int CHUNK = 1 << 14;
    private static final int BYTES = 12;

    private final MessageDigest digest;

    private MeasurementKey() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static String of(UtilityData data, @Nullable AllClassesData classes, UtilityOptions options, List<Coding> own) {
        MeasurementKey key = new MeasurementKey();
        key.addText(FORMAT + " " + MeasurementKey.class.getPackage().getImplementationVersion());
        key.addText(data.source());
        key.addText(data.lists().toString());
        key.addText(options.toString());
        own.forEach(coding -> key.addText(coding.identity()));
        key.addSubset(data.codec());
        key.addSubset(data.training());
        key.addSubset(data.test());
        if (classes != null) {
            key.addSubset(classes.training());
            key.addSubset(classes.test());
        }
        return HexFormat.of().formatHex(key.digest.digest(), 0, BYTES);
    }

    private void addSubset(ImageSubset part) {
        addRows(part.features());
        addRows(part.codes());
        addRows(part.logits());
        ByteBuffer labels = ByteBuffer.allocate(Integer.BYTES * part.labels().length);
        labels.asIntBuffer().put(part.labels());
        digest.update(labels);
        part.files().forEach(file -> addText(file.toString()));
    }

    private void addRows(@Nullable FloatMatrix rows) {
        addText(rows == null ? "none" : rows.count() + " × " + rows.length());
        if (rows == null) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * CHUNK);
        float[] values = rows.values();
        for (int from = 0; from < values.length; from += CHUNK) {
            int count = Math.min(CHUNK, values.length - from);
            bytes.clear().limit(Float.BYTES * count);
            bytes.asFloatBuffer().put(values, from, count);
            digest.update(bytes);
        }
    }

    private void addText(String text) {
        digest.update((text + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
