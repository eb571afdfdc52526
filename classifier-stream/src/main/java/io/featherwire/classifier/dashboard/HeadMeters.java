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
 * The gauges of rolling accuracy for each bundle's own head and each further head, for example to monitor a roll-out.
 * The gauge of a head without frames in the window is removed. If there are more than 20 heads, only those with the
 * most frames have gauges.
 */
final class HeadMeters {
    static final String WINDOW = "PT5M";
    /** The maximum number of gauges of bundles, and of gauges of further heads. */
    static final int MOST = 20;

    private static final String NO_NAME = "unknown";

    private final LiveStateCollector model;
    private final Function<String, Optional<String>> names;
    private final MultiGauge bundles;
    private final MultiGauge heads;
    /** The tags of each shown bundle, by fingerprint. */
    private Map<String, Tags> shownBundles = Map.of();

    private Map<String, Tags> shownHeads = Map.of();

    /** @param names returns the name of a bundle by fingerprint, if it is known */
    HeadMeters(LiveStateCollector model, Function<String, Optional<String>> names, MeterRegistry registry) {
        this.model = model;
        this.names = names;
        this.bundles = MultiGauge.builder("featherwire.bundle.accuracy")
                .description("Share of correct predictions among labelled frames, for each bundle's own head that "
                        + "classified frames in the window.")
                .tag("window", WINDOW)
                .register(registry);
        this.heads = MultiGauge.builder("featherwire.head.accuracy")
                .description(
                        "Share of correct predictions among labelled frames, for each further head that classified "
                                + "frames in the window.")
                .tag("window", WINDOW)
                .register(registry);
    }

    /** Updates the set of gauges; call this method after new snapshots. */
    synchronized void update() {
        var accuracy = model.accuracy();
        shownBundles = register(bundles, shownBundles, tagsInUse(accuracy, this::bundleTags));
        shownHeads = register(heads, shownHeads, tagsInUse(accuracy, HeadMeters::headTags));
    }

    private Map<String, Tags> register(MultiGauge gauges, Map<String, Tags> shown, Map<String, Tags> inUse) {
        if (!inUse.equals(shown)) {
            gauges.register(inUse.entrySet().stream().map(this::toRow).toList(), true);
        }
        return inUse;
    }

    private interface TagSource {
        /** The tags of a head; empty if the head is of the other kind (own or further). */
        Optional<Tags> of(String fingerprint, AccuracyScore score);
    }

    private Optional<Tags> bundleTags(String bundle, AccuracyScore score) {
        return score.trunk() == null
                ? Optional.of(
                        Tags.of("bundle", bundle, "name", names.apply(bundle).orElse(NO_NAME)))
                : Optional.empty();
    }

    private static Optional<Tags> headTags(String head, AccuracyScore score) {
        return score.trunk() == null
                ? Optional.empty()
                : Optional.of(Tags.of("head", head, "name", String.valueOf(score.head()), "bundle", score.trunk()));
    }

    private static Map<String, Tags> tagsInUse(Map<String, Map<String, AccuracyScore>> accuracy, TagSource tagging) {
        record InUse(String fingerprint, AccuracyScore score, Tags tags) {}
        var inUse = new LinkedHashMap<String, Tags>();
        accuracy.entrySet().stream()
                .filter(head -> !head.getKey().equals(Ledger.ALL_BUNDLES))
                .flatMap(head -> Optional.ofNullable(head.getValue().get(WINDOW))
                        .filter(score -> score.classified() > 0)
                        .flatMap(score ->
                                tagging.of(head.getKey(), score).map(tags -> new InUse(head.getKey(), score, tags)))
                        .stream())
                .sorted(Comparator.comparingLong((InUse one) -> one.score().classified())
                        .reversed()
                        .thenComparing(InUse::fingerprint))
                .limit(MOST)
                .forEach(one -> inUse.put(one.fingerprint(), one.tags()));
        return inUse;
    }

    private MultiGauge.Row<LiveStateCollector> toRow(Map.Entry<String, Tags> head) {
        return MultiGauge.Row.of(head.getValue(), model, m -> m.score(head.getKey(), WINDOW)
                .map(LiveView::accuracyOf)
                .orElse(Double.NaN));
    }
}
