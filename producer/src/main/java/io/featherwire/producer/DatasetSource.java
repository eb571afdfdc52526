package io.featherwire.producer;

import static java.util.Objects.requireNonNull;

import io.featherwire.datasets.LabelledImage;
import io.featherwire.datasets.Split;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

/** The images of one split of a data set, in the order of the split, once or repeatedly. */
public final class DatasetSource implements ImageSource {

    private final String name;
    private final List<String> classes;
    private final Split split;
    private final boolean loop;
    private final List<String> remarks;
    private long position;

    public DatasetSource(String name, List<String> classes, Split split, boolean loop) {
        this(name, classes, split, loop, List.of());
    }

    /** @param remarks sentences about files that are not sent */
    DatasetSource(String name, List<String> classes, Split split, boolean loop, List<String> remarks) {
        this.name = requireNonNull(name, "name");
        this.classes = List.copyOf(classes);
        this.split = requireNonNull(split, "split");
        this.loop = loop;
        this.remarks = List.copyOf(remarks);
    }

    @Override
    public SourceImage next() throws IOException {
        LabelledImage image = split.get((int) (position++ % split.size()));
        return new SourceImage(image.id(), image.image(), classes.get(image.label()));
    }

    @Override
    public boolean isExhausted() {
        return split.size() == 0 || (!loop && position >= split.size());
    }

    @Override
    public OptionalLong size() {
        return loop ? OptionalLong.empty() : OptionalLong.of(split.size());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<String> remarks() {
        return remarks;
    }
}
