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
 * @param name for people
 * @param fingerprint on the wire
 * @param directory of its files
 * @param inputSize edge of the input in pixels
 * @param classes names by index
 * @param featureShape of the backbone's output
 * @param codeShape of the encoder's output
 * @param variants names of the graph variants, the default one first
 * @param modes payload modes on offer
 * @param defaultMode the one used unless another one is set
 * @param featureBytes of a feature as floats
 * @param codeBytes of a code as floats
 * @param payloadBytes by mode: exact for f32 and u8, for entropy the mean over the tables' own distribution; mode packed
 *     depends on the frame and is left out
 * @param tables of the entropy coder, null where there are none
 * @param search settings of rate-distortion optimised quantisation, null where there is none
 * @param files name, bytes and SHA-256, by name
 * @param provenance everything that decided the result
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
        @Nullable SearchSpec search,
        List<FileEntry> files,
        Map<String, Object> provenance) {

    /**
     * A file of the bundle.
     *
     * @param name in the bundle's directory
     * @param bytes its size
     * @param sha256 in hexadecimal
     */
    public record FileEntry(String name, long bytes, String sha256) {}

    /**
     * The entropy tables.
     *
     * @param bytes of the artefact
     * @param checkBits of the checksum in each payload
     * @param deadChannels that cost no bits
     * @param channelsWithContexts that are coded by what their neighbours say
     * @param meanBits per code, under the tables' own distribution, checksum included
     * @param meanBitsByChannel the same by channel, without the checksum
     */
    public record Tables(
            int bytes,
            int checkBits,
            int deadChannels,
            int channelsWithContexts,
            double meanBits,
            List<Double> meanBitsByChannel) {}

    /** Describes a bundle that was loaded, and so verified. */
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
            dead += tables.dead(c) ? 1 : 0;
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
