package io.featherwire.evaluation.utility;

import io.featherwire.bundler.fit.CodecFamily;
import io.featherwire.bundler.fit.FittedCode;
import io.featherwire.bundler.fit.ScalarSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * Scalar codecs, fitted for each rate: codecs as in bundles, and the eigenbasis with plain rounding. Each codec is
 * fitted only when it is measured.
 */
final class ScalarCodecs {

    static final String OURS = "featherwire";
    static final String UNWEIGHTED = "featherwire, whatever the prediction";
    static final String WITH_TARGET = "featherwire, one codec";
    static final String STATIC = "klt-static";

    private final CodecFamily bundles;
    private final UtilityOptions options;
    private final Map<Integer, FittedCode> fitted = new HashMap<>();
    private final List<Supplier<Coding>> codings = new ArrayList<>();

    private ScalarCodecs(CodecFamily bundles, UtilityOptions options) {
        this.bundles = bundles;
        this.options = options;
    }

    /**
     * Suppliers of the selected codings, in the report's order.
     *
     * @param bundles codecs as in bundles
     * @param plain codecs in the eigenbasis of the unchanged features
     */
    static List<Supplier<Coding>> list(CodecFamily bundles, CodecFamily plain, UtilityOptions options) {
        ScalarCodecs codecs = new ScalarCodecs(bundles, options);
        List<Integer> rates = options.rates();
        if (options.includes(OURS)) {
            codecs.addAtRates(
                    rates,
                    rate -> bundles.hasPrediction() ? codecs.fisherCoding(rate) : codecs.plainCoding(OURS, rate));
            codecs.addAtRates(
                    bundles.hasPrediction() ? rates : List.of(), rate -> codecs.plainCoding(UNWEIGHTED, rate));
        }
        if (options.includes(WITH_TARGET)) {
            codecs.addAtRates(rates.subList(0, rates.size() - 1), codecs::codingWithTarget);
        }
        if (options.includes(STATIC)) {
            codecs.addAtRates(
                    rates,
                    rate -> new ScalarCoding(
                            STATIC, "for " + rate + " B", plain, plain.forTargetBytes(rate, ScalarSettings.ROUNDING)));
        }
        return List.copyOf(codecs.codings);
    }

    private void addAtRates(List<Integer> rates, IntFunction<Coding> coding) {
        rates.forEach(rate -> codings.add(() -> coding.apply(rate)));
    }

    private Coding fisherCoding(int rate) {
        return new FisherCoding(OURS, codingName(rate), bundles, fit(rate));
    }

    private Coding plainCoding(String family, int rate) {
        return new ScalarCoding(family, codingName(rate), bundles, fit(rate));
    }

    /** The codec of the highest rate, with payloads limited to a lower target size. */
    private Coding codingWithTarget(int rate) {
        int highest = options.rates().get(options.rates().size() - 1);
        return new ScalarCoding(
                WITH_TARGET, codingName(highest) + ", held at " + rate + " B", bundles, fit(highest), rate);
    }

    private static String codingName(int rate) {
        return "fitted for " + rate + " B";
    }

    private FittedCode fit(int rate) {
        return fitted.computeIfAbsent(rate, any -> bundles.forTargetBytes(rate));
    }
}
