package io.featherwire.codec.payload;

import static java.util.Objects.requireNonNull;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The format in which a bundle's codes become payloads, which encoder side and decoder side share.
 *
 * @param shape the shape of a code
 * @param quantisers the quantisers of codes
 * @param tables the tables of the entropy coder, null if there are none
 */
public record CodeFormat(TensorShape shape, Quantisers quantisers, @Nullable EntropyTables tables) {

    public CodeFormat {
        requireNonNull(shape, "shape");
        requireNonNull(quantisers, "quantisers");
        checkChannels(shape, quantisers.u8());
        Quantiser symbols = quantisers.symbols();
        if (symbols != null) {
            checkChannels(shape, symbols);
        }
        if (tables != null) {
            checkTables(shape, tables, symbols);
        }
    }

    private static void checkChannels(TensorShape shape, Quantiser quantiser) {
        if (quantiser.channels() != shape.channels()) {
            throw new IllegalArgumentException(
                    "a quantiser of " + quantiser.channels() + " channels does not fit codes " + shape);
        }
    }

    private static void checkTables(TensorShape shape, EntropyTables tables, @Nullable Quantiser symbols) {
        if (symbols == null || !tables.shape().equals(shape)) {
            throw new IllegalArgumentException("the tables are for codes " + tables.shape() + ", not " + shape
                    + ", or there is no quantiser of symbols");
        }
        for (int c = 0; c < shape.channels(); c++) {
            if (tables.isDead(c) && !symbols.isDead(c)) {
                throw new IllegalArgumentException("channel " + c + " is dead in the tables, not in the quantiser");
            }
        }
    }

    /** Returns the modes that the quantisers and tables allow. */
    public Set<PayloadMode> modes() {
        Set<PayloadMode> modes = EnumSet.of(PayloadMode.F32, PayloadMode.U8);
        if (quantisers.symbols() != null) {
            modes.add(PayloadMode.PACKED);
            if (tables != null) {
                modes.add(PayloadMode.ENTROPY);
            }
        }
        return modes;
    }

    /** Returns the quantiser of modes packed and entropy. */
    Quantiser symbolQuantiser() {
        Quantiser symbols = quantisers.symbols();
        if (symbols == null) {
            throw new IllegalStateException("the bundle has no quantiser of symbols");
        }
        return symbols;
    }

    EntropyTables entropyTables() {
        EntropyTables known = tables;
        if (known == null) {
            throw new IllegalStateException("the bundle has no entropy tables");
        }
        return known;
    }
}
