package io.featherwire.cli.export;

import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FLOAT;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;

import io.featherwire.codec.bundle.Bundle;
import java.util.List;
import java.util.Map;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Types;

/**
 * The columns of the exported table.
 *
 * @param bundle the bundle of all rows
 * @param heads the names of further heads with columns of their own
 * @param half whether features are 16-bit floats
 */
record FeatureTableSchema(Bundle bundle, List<String> heads, boolean half) {

    FeatureTableSchema {
        heads = List.copyOf(heads);
    }

    MessageType schema() {
        var text = LogicalTypeAnnotation.stringType();
        var time = LogicalTypeAnnotation.timestampType(true, TimeUnit.MILLIS);
        var columns = Types.buildMessage()
                .required(BINARY)
                .as(text)
                .named("frame_id")
                .required(BINARY)
                .as(text)
                .named("sensor_id")
                .required(INT64)
                .as(time)
                .named("captured_at")
                .required(INT64)
                .as(time)
                .named("compressed_at")
                .required(BINARY)
                .as(text)
                .named("fingerprint")
                .required(BINARY)
                .named("payload");
        var list = columns.optionalList();
        columns = (half
                        ? list.requiredElement(FIXED_LEN_BYTE_ARRAY).length(2).as(LogicalTypeAnnotation.float16Type())
                        : list.requiredElement(FLOAT))
                .named("feature");
        columns = columns.optional(BINARY)
                .as(text)
                .named("label")
                .optional(BINARY)
                .as(text)
                .named("classification")
                .optional(FLOAT)
                .named("probability");
        for (String head : heads) {
            columns = columns.optional(BINARY)
                    .as(text)
                    .named("label_" + head)
                    .optional(BINARY)
                    .as(text)
                    .named("classification_" + head)
                    .optional(FLOAT)
                    .named("probability_" + head);
        }
        return columns.named("features");
    }

    /** Metadata of the file: the bundle, and the shape of its features. */
    Map<String, String> properties() {
        return Map.of(
                "featherwire.bundle", bundle.manifest().name(),
                "featherwire.fingerprint", bundle.fingerprint().hex(),
                "featherwire.feature.shape", bundle.manifest().featureShape().toString());
    }
}
