package io.featherwire.codec.bundle;

import io.featherwire.codec.payload.EntropyTables;
import io.featherwire.codec.payload.PayloadCodec;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.codec.payload.TensorShape;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The description of a bundle: shapes, files, tables, sizes of payloads.
 *
 * @param name the name, for people
 * @param fingerprint the fingerprint that records carry
 * @param directory the directory of the bundle's files
 * @param inputSize the edge of the square input image, in pixels
 * @param classes the class names by index
 * @param featureShape the shape of the backbone's output
 * @param codeShape the shape of the encoder's output
 * @param variants the names of the graph variants, the default variant first
 * @param modes the payload modes that the bundle offers
 * @param defaultMode the payload mode that is used unless another one is set
 * @param featureBytes the size of a feature as float32, in bytes
 * @param codeBytes the size of a code as float32, in bytes
 * @param payloadBytes the payload size by mode, in bytes: exact for f32 and u8, for entropy the mean under the tables'
 *      distribution; mode packed is left out, because its size depends on the frame
 * @param tables the tables of the entropy coder, null if there are none
 * @param search the settings of rate-distortion optimised quantisation, null if there are none
 * @param files the bundle's files, in the order of their names
 * @param provenance recipe, seed, data and versions that the bundle was made from, and its accuracies
 */
@RecordBuilder
public record BundleDescription(
        String name,
        Fingerprint fingerprint,
        String directory,
        int inputSize,
        List<String> classes,
        TensorShape featureShape,
        TensorShape codeShape,
        List<String> variants,
        Set<PayloadMode> modes,
        PayloadMode defaultMode,
        int featureBytes,
        int codeBytes,
        Map<PayloadMode, Double> payloadBytes,
        @Nullable Tables tables,
        @Nullable RdoqSettings search,
        List<FileEntry> files,
        Map<String, Object> provenance) {

    /**
     * A file of the bundle.
     *
     * @param name the file name, in the bundle's directory
     * @param bytes the size of the file, in bytes
     * @param sha256 the SHA-256 of the file, in hexadecimal
     */
    public record FileEntry(String name, long bytes, String sha256) {}

    /**
     * The entropy tables.
     *
     * @param bytes the size of the tables' file, in bytes
     * @param checkBits the size of the checksum in each payload, in bits
     * @param deadChannels the number of channels whose symbols are always 0 and cost no bits
     * @param channelsWithContexts the number of channels whose symbols are predicted from earlier symbols
     * @param meanBits the mean size of a code under the tables' distribution, checksum included, in bits
     * @param meanBitsByChannel the mean size of each channel without the checksum, in bits
     */
    public record Tables(
            int bytes,
            int checkBits,
            int deadChannels,
            int channelsWithContexts,
            double meanBits,
            List<Double> meanBitsByChannel) {}

    /** Describes a loaded bundle. */
    public static BundleDescription of(Bundle bundle) throws BundleException {
        BundleManifest manifest = bundle.manifest();
        Tables tables = bundle.tables() == null ? null : tables(bundle.tables());
        return BundleDescriptionBuilder.builder()
                .name(manifest.name())
                .fingerprint(bundle.fingerprint())
                .directory(bundle.directory().toString())
                .inputSize(manifest.input().size())
                .classes(manifest.classes())
                .featureShape(manifest.featureShape())
                .codeShape(manifest.codeShape())
                .variants(variants(manifest))
                .modes(bundle.codeFormat().modes())
                .defaultMode(manifest.defaultMode())
                .featureBytes(Float.BYTES * manifest.featureShape().values())
                .codeBytes(Float.BYTES * manifest.codeShape().values())
                .payloadBytes(payloadBytes(bundle.payloadCodec(), manifest.codeShape(), tables))
                .files(files(bundle))
                .provenance(manifest.provenance())
                .tables(tables)
                .search(manifest.search())
                .build();
    }

    private static List<String> variants(BundleManifest manifest) {
        List<String> names = new ArrayList<>(manifest.variants().keySet());
        names.add(0, BundleManifest.FP32);
        names.remove(manifest.defaultVariant());
        names.add(0, manifest.defaultVariant());
        return names;
    }

    private static Map<PayloadMode, Double> payloadBytes(
            PayloadCodec codec, TensorShape shape, @Nullable Tables tables) {
        double f32 = codec.encode(new float[shape.values()], PayloadMode.F32).length;
        double u8 = codec.encode(new float[shape.values()], PayloadMode.U8).length;
        return tables == null
                ? Map.of(PayloadMode.F32, f32, PayloadMode.U8, u8)
                : Map.of(
                        PayloadMode.F32,
                        f32,
                        PayloadMode.U8,
                        u8,
                        PayloadMode.ENTROPY,
                        Math.max(1, tables.meanBits / 8 + 0.5));
    }

    private static Tables tables(EntropyTables tables) {
        List<Double> byChannel = new ArrayList<>();
        double bits = tables.checkBits();
        int dead = 0;
        double[] expected = tables.expectedBitsByChannel();
        for (int c = 0; c < expected.length; c++) {
            byChannel.add(expected[c]);
            bits += expected[c];
            dead += tables.isDead(c) ? 1 : 0;
        }
        return new Tables(
                tables.bytes().length,
                tables.checkBits(),
                dead,
                tables.channelsWithContexts(),
                bits,
                List.copyOf(byChannel));
    }

    private static List<FileEntry> files(Bundle bundle) throws BundleException {
        List<FileEntry> entries = new ArrayList<>();
        for (Map.Entry<String, String> file : bundle.manifest().files().entrySet()) {
            try {
                entries.add(new FileEntry(file.getKey(), Files.size(bundle.file(file.getKey())), file.getValue()));
            } catch (IOException e) {
                throw new BundleException(bundle.file(file.getKey()) + " cannot be read: " + e.getMessage(), e);
            }
        }
        return List.copyOf(entries);
    }
}
