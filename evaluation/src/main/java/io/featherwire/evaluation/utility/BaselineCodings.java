package io.featherwire.evaluation.utility;

import io.featherwire.bundler.fit.CodecFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * The codings that Featherwire's payloads are compared with. Each is created only when it is measured, because some
 * hold much memory.
 */
final class BaselineCodings {

    private final UtilityOptions options;
    private final List<Supplier<Coding>> codings = new ArrayList<>();

    private BaselineCodings(UtilityOptions options) {
        this.options = options;
    }

    /**
     * Suppliers of the selected codings, in the report's order.
     *
     * @param codecs codecs in the eigenbasis of the unchanged features
     * @param codec features of the codec's images
     */
    static List<Supplier<Coding>> list(CodecFamily codecs, FloatMatrix codec, UtilityOptions options) {
        BaselineCodings baselines = new BaselineCodings(options);
        int values = codecs.coefficients();
        baselines.addAtRates(
                ProductQuantisation.FAMILY, values, rate -> ProductQuantisation.withoutRotation(codecs, rate));
        baselines.addAtRates(
                ProductQuantisation.ROTATED, values, rate -> ProductQuantisation.withRotation(codecs, rate));
        baselines.addAtRates(JVectorQuantisation.FAMILY, codec.length(), rate -> new JVectorQuantisation(codec, rate));
        baselines.addAtRates(
                EntropyConstrainedQuantisation.FAMILY,
                values,
                rate -> new EntropyConstrainedQuantisation(codecs, rate));
        baselines.addAtRates(
                PrincipalComponentCoding.FAMILY, Integer.MAX_VALUE, rate -> new PrincipalComponentCoding(codecs, rate));
        baselines.addOne(SignCoding.FAMILY, () -> new SignCoding(codec));
        for (PackedZstd.Precision number : PackedZstd.Precision.values()) {
            baselines.addOne(PackedZstd.family(number), () -> new PackedZstd(codec, number));
        }
        return List.copyOf(baselines.codings);
    }

    /** Adds a coding for each rate of at most {@code max} bytes. */
    private void addAtRates(String family, int max, IntFunction<Coding> coding) {
        for (int rate : options.rates()) {
            if (rate <= max) {
                addOne(family, () -> coding.apply(rate));
            }
        }
    }

    private void addOne(String family, Supplier<Coding> coding) {
        if (options.includes(family)) {
            codings.add(coding);
        }
    }
}
