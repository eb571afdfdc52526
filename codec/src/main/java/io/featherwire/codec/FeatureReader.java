package io.featherwire.codec;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.Fingerprint;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.onnx.OnnxException;
import io.featherwire.codec.onnx.OnnxOptions;
import io.featherwire.codec.payload.PayloadException;
import io.featherwire.codec.payload.TensorShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decodes payloads of the topic {@code features} to features. The record's fingerprint names the bundle to decode with.
 *
 * <p>A feature is the backbone's output for an image, with the error of compression: floats in the backbone's own unit,
 * row by row, of the shape [channels, height, width] that {@link #shape} returns. A feature vector has height and width
 * 1. No head is needed. Thread-safe.
 */
public final class FeatureReader implements AutoCloseable {

    private static final int BATCH = 64;

    private final Path directory;
    private final Map<Fingerprint, FeatureDecoder> decoders = new ConcurrentHashMap<>();
    private final Set<Path> opened = new TreeSet<>();

    private FeatureReader(Path directory) {
        this.directory = directory;
    }

    /**
     * Opens all bundles of a directory.
     *
     * @param directory a bundle, or a directory of bundles; a bundle that is added later is opened when a payload needs
     *      it
     * @throws BundleException if there is no bundle, or a bundle does not match its manifest
     */
    public static FeatureReader open(Path directory) throws BundleException {
        FeatureReader reader = new FeatureReader(requireNonNull(directory, "directory"));
        try {
            List<BundleException> problems = reader.openNew();
            if (!problems.isEmpty()) {
                throw problems.get(0);
            }
            if (reader.decoders.isEmpty()) {
                throw new BundleException("Cannot read features: there is no bundle in " + directory
                        + ". Give a directory with a " + Bundle.MANIFEST + ", or with bundles in it.");
            }
        } catch (BundleException | RuntimeException e) {
            reader.close();
            throw e;
        }
        return reader;
    }

    /**
     * Decodes one payload to its feature.
     *
     * @param bundle the fingerprint in the record
     * @return the feature, of shape {@link #shape}
     * @throws PayloadException if the payload is damaged or of another bundle; its reason says which
     * @throws BundleException if there is no bundle of this fingerprint
     */
    public float[] read(Fingerprint bundle, byte[] payload) throws PayloadException, BundleException {
        FeatureDecoder decoder = openDecoder(bundle);
        return decoder.reconstruct(List.of(decoder.decode(payload))).get(0);
    }

    /**
     * Decodes payloads of one bundle to their features, in order. A batch is faster than the same payloads one by one.
     *
     * @throws PayloadException for the first damaged payload; no feature is returned then
     * @throws BundleException if there is no bundle of this fingerprint
     */
    public List<float[]> read(Fingerprint bundle, List<byte[]> payloads) throws PayloadException, BundleException {
        FeatureDecoder decoder = openDecoder(bundle);
        List<float[]> codes = new ArrayList<>(payloads.size());
        for (byte[] payload : payloads) {
            codes.add(decoder.decode(payload));
        }
        return decoder.reconstruct(codes);
    }

    /**
     * Returns channels, height and width of a bundle's features.
     *
     * @throws BundleException if there is no bundle of this fingerprint
     */
    public TensorShape shape(Fingerprint bundle) throws BundleException {
        return openDecoder(bundle).bundle().manifest().featureShape();
    }

    /** Returns the fingerprints of the bundles that are open now. */
    public Set<Fingerprint> bundles() {
        return Set.copyOf(decoders.keySet());
    }

    private FeatureDecoder openDecoder(Fingerprint fingerprint) throws BundleException {
        @Nullable FeatureDecoder known = decoders.get(fingerprint);
        if (known != null) {
            return known;
        }
        List<BundleException> problems = openNew();
        known = decoders.get(fingerprint);
        if (known == null) {
            String problem = problems.isEmpty() ? "" : " (" + problems.get(0).getMessage() + ")";
            throw new BundleException("Cannot read a payload of bundle " + fingerprint + ": the directory " + directory
                    + " has the bundles " + decoders.keySet() + problem + ". Copy bundle " + fingerprint + " to it.");
        }
        return known;
    }

    /**
     * Opens the bundles that are not open yet, and returns the problems. A bundle that cannot be opened is tried again
     * at the next call.
     */
    private synchronized List<BundleException> openNew() throws BundleException {
        List<BundleException> problems = new ArrayList<>();
        for (Path candidate : listBundleDirectories()) {
            if (opened.contains(candidate)) {
                continue;
            }
            try {
                Bundle bundle = Bundle.load(candidate);
                if (!decoders.containsKey(bundle.fingerprint())) {
                    decoders.put(bundle.fingerprint(), openDecoder(bundle));
                }
                opened.add(candidate);
            } catch (BundleException e) {
                problems.add(e);
            }
        }
        return problems;
    }

    private static FeatureDecoder openDecoder(Bundle bundle) throws BundleException {
        try {
            return FeatureDecoder.open(bundle, Device.CPU, null, BATCH, OnnxOptions.DEFAULT);
        } catch (OnnxException e) {
            throw new BundleException("Cannot open the decoder of bundle " + bundle + ": " + e.getMessage(), e);
        }
    }

    private List<Path> listBundleDirectories() throws BundleException {
        if (Files.isRegularFile(directory.resolve(Bundle.MANIFEST))) {
            return List.of(directory);
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> Files.isRegularFile(entry.resolve(Bundle.MANIFEST)))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new BundleException("Cannot read features: there is no directory of bundles " + directory, e);
        }
    }

    /** Closes the decoders; no payload can be read afterwards. */
    @Override
    public void close() {
        decoders.values().forEach(FeatureDecoder::close);
        decoders.clear();
    }
}
