package io.featherwire.evaluation.utility;

import ai.onnxruntime.platform.Fp16Conversions;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDictCompress;
import com.github.luben.zstd.ZstdDictDecompress;
import com.github.luben.zstd.ZstdDictTrainer;
import java.nio.ByteBuffer;
import java.util.Locale;

/** Values of 4, 8 or 16 bits, compressed by zstd with a dictionary that was trained on the codec's images. */
final class PackedZstd extends VectorCoding {

    /** The precision of a value. */
    enum Precision {
        INT4,
        INT8,
        FLOAT16
    }

    /** Suffix of the family's name, after the precision. */
    private static final String SUFFIX = " + zstd";

    private static final int LEVEL = 19;
    private static final int DICTIONARY = 110 << 10;
    private static final int SAMPLES = 4000;

    private final Precision precision;
    private final float[] low;
    private final float[] step;
    private final byte[] dictionary;
    private final ZstdDictCompress compressing;
    private final ZstdDictDecompress decompressing;

    PackedZstd(FloatMatrix codec, Precision precision) {
        this.precision = precision;
        this.low = new float[codec.length()];
        this.step = new float[codec.length()];
        computeRanges(codec);
        int samples = Math.min(SAMPLES, codec.count());
        byte[][] packed = new byte[samples][];
        int size = 0;
        for (int i = 0; i < samples; i++) {
            packed[i] = pack(codec.row((int) ((long) i * codec.count() / samples)));
            size += packed[i].length;
        }
        ZstdDictTrainer trainer = new ZstdDictTrainer(size + 1, DICTIONARY);
        for (byte[] sample : packed) {
            trainer.addSample(sample);
        }
        this.dictionary = trainer.trainSamples();
        this.compressing = new ZstdDictCompress(dictionary, LEVEL);
        this.decompressing = new ZstdDictDecompress(dictionary);
    }

    private void computeRanges(FloatMatrix codec) {
        int levels = precision == Precision.INT4 ? 15 : 255;
        for (int d = 0; d < low.length; d++) {
            float least = Float.POSITIVE_INFINITY;
            float most = Float.NEGATIVE_INFINITY;
            for (int row = 0; row < codec.count(); row++) {
                least = Math.min(least, codec.values()[row * low.length + d]);
                most = Math.max(most, codec.values()[row * low.length + d]);
            }
            low[d] = least;
            step[d] = (most - least) / levels;
        }
    }

    static String family(Precision precision) {
        return precision.name().toLowerCase(Locale.ROOT) + SUFFIX;
    }

    @Override
    public String family() {
        return family(precision);
    }

    @Override
    public String name() {
        return "level " + LEVEL + ", trained dictionary";
    }

    @Override
    public long sharedBytes() {
        return dictionary.length + (precision == Precision.FLOAT16 ? 0 : 2L * Float.BYTES * low.length);
    }

    @Override
    byte[] encode(float[] vector) {
        return Zstd.compress(pack(vector), compressing);
    }

    private byte[] pack(float[] vector) {
        int length = vector.length;
        if (precision == Precision.FLOAT16) {
            ByteBuffer halves = ByteBuffer.allocate(2 * length);
            for (int i = 0; i < length; i++) {
                // All high bytes precede all low bytes, because high bytes repeat and low bytes do not.
                short half = Fp16Conversions.floatToFp16(vector[i]);
                halves.put(i, (byte) (half >> 8)).put(length + i, (byte) half);
            }
            return halves.array();
        }
        int bits = precision == Precision.INT4 ? 4 : 8;
        byte[] packed = new byte[(length * bits + 7) / 8];
        for (int i = 0; i < length; i++) {
            int most = (1 << bits) - 1;
            int level = step[i] == 0 ? 0 : Math.max(0, Math.min(most, Math.round((vector[i] - low[i]) / step[i])));
            packed[i * bits / 8] |= (byte) (level << i * bits % 8);
        }
        return packed;
    }

    @Override
    float[] decode(byte[] payload) {
        int length = low.length;
        int bits = precision == Precision.INT4 ? 4 : 8;
        int size = precision == Precision.FLOAT16 ? 2 * length : (length * bits + 7) / 8;
        byte[] packed = Zstd.decompress(payload, decompressing, size);
        float[] vector = new float[length];
        for (int i = 0; i < length; i++) {
            if (precision == Precision.FLOAT16) {
                vector[i] = Fp16Conversions.fp16ToFloat((short) (packed[i] << 8 | packed[length + i] & 0xFF));
            } else {
                int level = (packed[i * bits / 8] & 0xFF) >> i * bits % 8 & (1 << bits) - 1;
                vector[i] = low[i] + level * step[i];
            }
        }
        return vector;
    }
}
