package io.featherwire.evaluation.utility;

import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.quantization.ProductQuantization;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.ByteSequence;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;

/**
 * Product quantisation by the library JVector with its defaults: sub-vectors are neighbouring values of the original
 * feature. The library chooses its first centroids at random and has no seed, so the rows differ from run to run.
 */
final class JVectorQuantisation extends VectorCoding {

    static final String FAMILY = "product quantisation, JVector";

    /**
     * A strong reference, because the JDK discards unreferenced loggers and their levels. The library's warnings of
     * slow vectors and few centroids are hidden, because the user cannot act on them.
     */
    private static final Logger LOG = Logger.getLogger("io.github.jbellis.jvector");

    private static final VectorTypeSupport VECTORS;

    static {
        LOG.setLevel(Level.SEVERE);
        VECTORS = VectorizationProvider.getInstance().getVectorTypeSupport();
    }

    private final ProductQuantization quantisation;
    private final int length;

    /** @param bytes size of a payload */
    JVectorQuantisation(FloatMatrix codec, int bytes) {
        this.length = codec.length();
        List<VectorFloat<?>> vectors = IntStream.range(0, codec.count())
                .<VectorFloat<?>>mapToObj(row -> VECTORS.createFloatVector(codec.row(row)))
                .toList();
        this.quantisation = ProductQuantization.compute(
                new ListRandomAccessVectorValues(vectors, length),
                Math.min(bytes, length),
                Math.min(Centroids.COUNT, codec.count()),
                true);
    }

    @Override
    public String family() {
        return FAMILY;
    }

    @Override
    public String name() {
        return quantisation.getSubspaceCount() + " × " + quantisation.getClusterCount() + " centroids";
    }

    @Override
    public long sharedBytes() {
        return Float.BYTES * (long) (quantisation.getClusterCount() + 1) * length;
    }

    @Override
    byte[] encode(float[] vector) {
        ByteSequence<?> indices = quantisation.encode(VECTORS.createFloatVector(vector));
        byte[] payload = new byte[indices.length()];
        for (int j = 0; j < payload.length; j++) {
            payload[j] = indices.get(j);
        }
        return payload;
    }

    @Override
    float[] decode(byte[] payload) {
        VectorFloat<?> decoded = VECTORS.createFloatVector(length);
        quantisation.decode(VECTORS.createByteSequence(payload), decoded);
        float[] vector = new float[length];
        for (int i = 0; i < length; i++) {
            vector[i] = decoded.get(i);
        }
        return vector;
    }
}
