package io.featherwire.producer;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes images from several sources in turn, and ends when all sources have ended. */
final class CombinedSource implements ImageSource {

    private final List<ImageSource> sources;
    private int turn;

    CombinedSource(List<ImageSource> sources) {
        this.sources = List.copyOf(sources);
    }

    @Override
    public @Nullable SourceImage next() throws IOException {
        for (int i = 0; i < sources.size(); i++) {
            ImageSource source = sources.get(turn);
            turn = (turn + 1) % sources.size();
            SourceImage image = source.isExhausted() ? null : source.next();
            if (image != null) {
                return image;
            }
        }
        return null;
    }

    @Override
    public boolean isExhausted() {
        return sources.stream().allMatch(ImageSource::isExhausted);
    }

    @Override
    public OptionalLong size() {
        return OptionalLong.empty();
    }

    @Override
    public String name() {
        return "several";
    }

    @Override
    public List<String> remarks() {
        return sources.stream().flatMap(source -> source.remarks().stream()).toList();
    }

    @Override
    public long unreadable() {
        return sources.stream().mapToLong(ImageSource::unreadable).sum();
    }

    @Override
    public Optional<Set<Long>> existing() {
        // At most one of the sources is a directory.
        return sources.stream()
                .map(ImageSource::existing)
                .flatMap(Optional::stream)
                .findFirst();
    }

    @Override
    public void onKnownFile(Consumer<CaptureKeys> listener) {
        sources.forEach(source -> source.onKnownFile(listener));
    }

    @Override
    public void close() {
        sources.forEach(ImageSource::close);
    }
}
