package io.featherwire.classifier.dashboard;

import io.featherwire.classifier.accuracy.Ledger;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The rolling accuracy of each bundle in use, as gauges by which a roll-out is watched. The gauge of a bundle of which the window
 * has no frame any more is taken away; of very many bundles, those with the most frames are shown.
 */
final class BundleMeters {
    static final String WINDOW = "PT5M";
    static final int MOST = 20;
    private static final String NO_NAME = "unknown";

    private final LiveModel model;
    private final Function<String, Optional<String>> names;
    private final MultiGauge gauges;
    /** Names by fingerprint. */
    private Map<String, String> shown = Map.of();

    /** @param names of bundles, by fingerprint, as far as they are known here */
    BundleMeters(LiveModel model, Function<String, Optional<String>> names, MeterRegistry registry) {
        this.model = model;
        this.names = names;
        this.gauges = MultiGauge.builder("featherwire.bundle.accuracy")
                .description("Correct of matched, of each bundle that classified frames in the window.")
                .tag("window", WINDOW)
                .register(registry);
    }

    /** To be called when there may be news. */
    synchronized void update() {
        var inUse = inUse();
        if (!inUse.equals(shown)) {
            shown = inUse;
            gauges.register(inUse.entrySet().stream().map(this::row).toList(), true);
        }
    }

    private Map<String, String> inUse() {
        var inUse = new LinkedHashMap<String, String>();
        model.accuracy().entrySet().stream()
                .filter(bundle -> !bundle.getKey().equals(Ledger.ALL_BUNDLES) && frames(bundle) > 0)
                .sorted(Comparator.comparingLong(BundleMeters::frames)
                        .reversed()
                        .thenComparing(Map.Entry::getKey))
                .limit(MOST)
                .forEach(bundle ->
                        inUse.put(bundle.getKey(), names.apply(bundle.getKey()).orElse(NO_NAME)));
        return inUse;
    }

    private static long frames(Map.Entry<String, Map<String, Score>> bundle) {
        var score = bundle.getValue().get(WINDOW);
        return score == null ? 0 : score.classified();
    }

    private MultiGauge.Row<LiveModel> row(Map.Entry<String, String> bundle) {
        return MultiGauge.Row.of(
                Tags.of("bundle", bundle.getKey(), "name", bundle.getValue()),
                model,
                m -> m.score(bundle.getKey(), WINDOW).map(LiveView::accuracyOf).orElse(Double.NaN));
    }
}
