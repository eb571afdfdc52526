package io.featherwire.cli.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.OutputFile;

/** Writes one part of an exported table as a Parquet file. */
final class ParquetPartFile {

    private static final class Builder extends ParquetWriter.Builder<FeatureRow, Builder> {
        private final FeatureTableSchema table;

        Builder(OutputFile file, FeatureTableSchema table) {
            super(file);
            this.table = table;
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        protected WriteSupport<FeatureRow> getWriteSupport(ParquetConfiguration configuration) {
            return new FeatureRowWriter(table);
        }

        @Override
        @Deprecated
        protected WriteSupport<FeatureRow> getWriteSupport(Configuration configuration) {
            return new FeatureRowWriter(table);
        }
    }

    private ParquetPartFile() {}

    /** Writes the rows. The file appears under its name only when complete. */
    static void write(Path file, FeatureTableSchema table, List<FeatureRow> rows) throws IOException {
        Path unfinished = file.resolveSibling("_" + file.getFileName() + ".unfinished");
        Files.deleteIfExists(unfinished);
        try (ParquetWriter<FeatureRow> writer = new Builder(new LocalOutputFile(unfinished), table)
                .withConf(new PlainParquetConfiguration())
                .withCodecFactory(new ZstdPageCompressor())
                .withCompressionCodec(CompressionCodecName.ZSTD)
                // Dictionary encoding is for names only, since floats and payloads rarely repeat.
                .withDictionaryEncoding(true)
                .withDictionaryEncoding("feature.list.element", false)
                .withDictionaryEncoding("payload", false)
                .build()) {
            for (FeatureRow row : rows) {
                writer.write(row);
            }
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
