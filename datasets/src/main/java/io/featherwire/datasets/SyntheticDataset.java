package io.featherwire.datasets;

import static java.util.Objects.checkIndex;
import static java.util.Objects.requireNonNull;

import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageEncoding;
import io.featherwire.datasets.synthetic.SceneSource;
import java.util.List;
import java.util.Locale;

/**
 * Rendered scenes of 32×32 pixels in ten classes. They need no download, are equal on every machine, and vary in
 * perspective, light, texture, noise and occlusion. The conditions fog, night and camera show the same scenes in other
 * weather, light or optics.
 */
final class SyntheticDataset implements Dataset {

    private static final int TRAIN = 12_500;
    private static final int TEST = 2_500;
    private static final int TRAIN_STREAM = 0;
    private static final int TEST_STREAM = 1;
    private static final String GRAMMAR =
            "synthetic[:images][:clear|:fog|:night|:camera][:seed=n], for example synthetic:2000:fog";

    private final String name;
    private final String recipe;
    private final Split train;
    private final Split test;

    private SyntheticDataset(String condition, SceneSource source, long seed, int trainSize, int testSize) {
        this.name = condition.equals("clear") ? "synthetic" : "synthetic-" + condition;
        this.recipe = String.format(
                Locale.ROOT, "synthetic %d %s %d %d %d", SceneSource.VERSION, condition, seed, trainSize, testSize);
        this.train = new Scenes("train", source, TRAIN_STREAM, trainSize);
        this.test = new Scenes("test", source, TEST_STREAM, testSize);
    }

    /**
     * Parses {@code synthetic[:images][:condition][:seed=n]}. {@code images} is the number of training images (default
     * 12,500); there are a fifth as many test images. {@code condition} is clear (default), fog, night or camera. The
     * default seed is 1.
     *
     * @throws DatasetException if {@code spec} does not have this form
     */
    public static SyntheticDataset parse(String spec) throws DatasetException {
        int train = TRAIN;
        int test = TEST;
        long seed = 1;
        String condition = "clear";
        String[] words = requireNonNull(spec, "spec").split(":", -1);
        for (int i = 1; i < words.length; i++) {
            String word = words[i];
            if (word.matches("[0-9]{1,8}")) {
                train = Integer.parseInt(word);
                test = Math.max(10, train / 5);
            } else if (word.matches("seed=-?[0-9]{1,18}")) {
                seed = Long.parseLong(word.substring("seed=".length()));
            } else {
                condition = word;
            }
        }
        if (!words[0].equals("synthetic") || train < 10) {
            throw new DatasetException(
                    "'%s' is not a data set: expected %s, with at least 10 images".formatted(spec, GRAMMAR));
        }
        String asked = condition;
        SceneSource source = SceneSource.of(seed, condition)
                .orElseThrow(() ->
                        new DatasetException("'%s' in '%s' is unknown: expected %s".formatted(asked, spec, GRAMMAR)));
        return new SyntheticDataset(condition, source, seed, train, test);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<String> classes() {
        return SceneSource.classes();
    }

    @Override
    public Split train() {
        return train;
    }

    @Override
    public Split test() {
        return test;
    }

    /** The hash of the recipe. The recipe determines every byte. */
    @Override
    public String fingerprint() {
        return DatasetHash.of(recipe);
    }

    private record Scenes(String name, SceneSource source, int stream, int size) implements Split {

        @Override
        public LabelledImage get(int index) {
            checkIndex(index, size);
            var image = new EncodedImage(ImageEncoding.JPEG, 0, 0, source.jpeg(stream, index));
            return new LabelledImage(
                    String.format(Locale.ROOT, "%s/%05d", name, index), image, source.label(stream, index));
        }
    }
}
