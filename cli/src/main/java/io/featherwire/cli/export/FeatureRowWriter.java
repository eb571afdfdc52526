package io.featherwire.cli.export;

import static java.util.Objects.requireNonNull;

import ai.onnxruntime.platform.Fp16Conversions;
import io.featherwire.cli.export.FeatureRow.HeadResult;
import io.featherwire.cli.export.FeatureRow.Prediction;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/** Writes rows of the table to Parquet's record consumer, column by column. */
final class FeatureRowWriter extends WriteSupport<FeatureRow> {

    private final FeatureTableSchema table;
    private final MessageType schema;
    private final Binary fingerprint;
    private @Nullable RecordConsumer out;
    private int column;

    FeatureRowWriter(FeatureTableSchema table) {
        this.table = table;
        this.schema = table.schema();
        this.fingerprint = Binary.fromString(table.bundle().fingerprint().hex());
    }

    @Override
    public WriteContext init(ParquetConfiguration configuration) {
        return new WriteContext(schema, Map.copyOf(table.properties()));
    }

    @Override
    @Deprecated
    public WriteContext init(Configuration configuration) {
        return new WriteContext(schema, Map.copyOf(table.properties()));
    }

    @Override
    public void prepareForWrite(RecordConsumer consumer) {
        this.out = consumer;
    }

    @Override
    public void write(FeatureRow row) {
        RecordConsumer to = requireNonNull(out, "not prepared");
        to.startMessage();
        column = 0;
        writeText(to, row.frameId());
        writeText(to, row.sensorId());
        writeField(to, () -> to.addLong(row.capturedAt()));
        writeField(to, () -> to.addLong(row.compressedAt()));
        writeField(to, () -> to.addBinary(fingerprint));
        writeField(to, () -> to.addBinary(Binary.fromConstantByteArray(row.payload())));
        writeFeature(to, row.feature());
        for (HeadResult result : row.results()) {
            Prediction prediction = result.prediction();
            writeText(to, result.label());
            writeText(to, prediction == null ? null : prediction.label());
            if (prediction == null) {
                column++;
            } else {
                writeField(to, () -> to.addFloat(prediction.probability()));
            }
        }
        to.endMessage();
    }

    private void writeText(RecordConsumer to, @Nullable String value) {
        if (value == null) {
            column++;
        } else {
            writeField(to, () -> to.addBinary(Binary.fromString(value)));
        }
    }

    private void writeFeature(RecordConsumer to, float @Nullable [] values) {
        if (values == null) {
            column++;
            return;
        }
        writeField(to, () -> {
            to.startGroup();
            to.startField("list", 0);
            for (float value : values) {
                to.startGroup();
                to.startField("element", 0);
                if (table.half()) {
                    short bits = Fp16Conversions.floatToFp16(value);
                    to.addBinary(Binary.fromConstantByteArray(new byte[] {(byte) bits, (byte) (bits >> 8)}));
                } else {
                    to.addFloat(value);
                }
                to.endField("element", 0);
                to.endGroup();
            }
            to.endField("list", 0);
            to.endGroup();
        });
    }

    private void writeField(RecordConsumer to, Runnable value) {
        String name = schema.getFieldName(column);
        to.startField(name, column);
        value.run();
        to.endField(name, column);
        column++;
    }
}
