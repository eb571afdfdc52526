package io.featherwire.cli.export;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.MessageType;

/** Joins several Parquet files into one: row groups are copied one after the other without decoding. */
final class JoinedParquetFile {

    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

    private JoinedParquetFile() {}

    /** Writes the file. It appears under its name only when complete, and may itself be one of the pieces. */
    static void write(Path file, List<Path> pieces, MessageType schema, Map<String, String> properties)
            throws IOException {
        Path unfinished = file.resolveSibling("." + file.getFileName() + ".unfinished");
        Files.deleteIfExists(unfinished);
        try (var writer = new ParquetFileWriter(
                new LocalOutputFile(unfinished),
                schema,
                ParquetFileWriter.Mode.CREATE,
                ParquetWriter.DEFAULT_BLOCK_SIZE,
                ParquetWriter.MAX_PADDING_SIZE_DEFAULT,
                ParquetProperties.DEFAULT_COLUMN_INDEX_TRUNCATE_LENGTH,
                ParquetProperties.DEFAULT_STATISTICS_TRUNCATE_LENGTH,
                ParquetProperties.DEFAULT_PAGE_WRITE_CHECKSUM_ENABLED)) {
            writer.start();
            for (Path piece : pieces) {
                try (SeekableInputStream in = new LocalInputFile(piece).newStream()) {
                    writer.appendRowGroups(in, readFooter(in, Files.size(piece)).getBlocks(), false);
                }
            }
            writer.end(properties);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The key-value metadata of a file; empty if it is not a Parquet file. */
    static Map<String, String> properties(Path file) throws IOException {
        try (SeekableInputStream in = new LocalInputFile(file).newStream()) {
            return Map.copyOf(readFooter(in, Files.size(file)).getFileMetaData().getKeyValueMetaData());
        } catch (NotParquetException e) {
            return Map.of();
        }
    }

    private static final class NotParquetException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /**
     * A file ends with the footer, the footer's length and the magic bytes. Parquet's own file reader needs Hadoop's
     * MapReduce.
     */
    private static ParquetMetadata readFooter(SeekableInputStream in, long size) throws IOException {
        byte[] end = new byte[Integer.BYTES + MAGIC.length];
        if (size < end.length + MAGIC.length) {
            throw new NotParquetException();
        }
        in.seek(size - end.length);
        in.readFully(end);
        int length = ByteBuffer.wrap(end).order(ByteOrder.LITTLE_ENDIAN).getInt();
        long start = size - end.length - length;
        if (!Arrays.equals(end, Integer.BYTES, end.length, MAGIC, 0, MAGIC.length) || length < 0 || start < 0) {
            throw new NotParquetException();
        }
        in.seek(start);
        return new ParquetMetadataConverter().readParquetMetadata(in, ParquetMetadataConverter.NO_FILTER);
    }
}
