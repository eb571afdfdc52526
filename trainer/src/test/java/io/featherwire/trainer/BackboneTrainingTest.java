package io.featherwire.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.featherwire.datasets.ImageArray;
import io.featherwire.trainer.data.Augmentation;
import io.featherwire.trainer.data.Batcher;
import io.featherwire.trainer.data.Normalisation;
import io.featherwire.trainer.network.Checkpoint;
import io.featherwire.trainer.network.Vgg16;
import io.featherwire.trainer.network.VggShape;
import io.featherwire.trainer.recipe.BackboneSettings;
import io.featherwire.trainer.recipe.BackboneSettingsBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackboneTrainingTest {

    private static final int CLASSES = 3;
    private static final VggShape SHAPE = new VggShape(32, 0.0625, 16, CLASSES);

    @TempDir
    Path directory;

    @Test
    void shouldLearnColoursFromFewImages() throws Exception {
        // Given images whose class is their dominant colour
        List<StageProgress> heard = new ArrayList<>();
        // When
        train(settings("sgd"), new TrainingBudget(1600, null, null), null, heard, null);
        // Then
        assertThat(heard.get(heard.size() - 1).fraction()).isEqualTo(1);
        assertThat(heard.get(heard.size() - 1).loss()).isLessThan(0.7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sgd", "muon", "adamw"})
    void shouldResumeFromACheckpointAsIfNeverStopped(String optimizer) throws Exception {
        // Given
        Map<String, float[]> unbroken =
                train(settings(optimizer), new TrainingBudget(256, null, null), null, List.of(), null);
        // When: a run ends halfway through the same schedule, and another run resumes it
        train(settings(optimizer), new TrainingBudget(256, null, null), 128L, List.of(), null);
        Map<String, float[]> resumed = train(
                settings(optimizer),
                new TrainingBudget(256, null, null),
                null,
                List.of(),
                Checkpoint.newest(directory).orElseThrow());
        // Then
        assertThat(resumed.keySet()).isEqualTo(unbroken.keySet());
        unbroken.forEach((name, values) -> assertThat(resumed.get(name))
                .as(name)
                .usingComparatorWithPrecision(1e-4f)
                .containsExactly(values));
    }

    @Test
    void shouldTrainAFinishedNetworkForAnotherCycle() throws Exception {
        // Given: a finished training, whose learning rate is zero
        List<StageProgress> first = new ArrayList<>();
        train(settings("sgd"), new TrainingBudget(320, null, null), 320L, first, null);
        Checkpoint finished = Checkpoint.newest(directory).orElseThrow();
        assertThat(finished.facts()).containsEntry("progress", "1.0");
        // When: the training continues with a new cycle
        List<StageProgress> second = new ArrayList<>();
        Batcher batcher = batcher();
        try (NDManager manager = TorchEngine.createManager(5);
                Vgg16 network = new Vgg16(manager, SHAPE, 0, 5);
                BackboneTraining training = training(
                        manager, network, batcher, settings("sgd"), new TrainingBudget(320, null, null), second)) {
            training.resume(finished);
            assertThat(training.isFinished()).isTrue();
            training.restartSchedule();
            training.run(null, Duration.ofHours(1));
            // Then: it has processed twice as many images and has a lower loss
            assertThat(training.isFinished()).isTrue();
            assertThat(training.processedImages()).isEqualTo(640);
            assertThat(training.cycles()).isEqualTo(2);
        }
        assertThat(second.get(second.size() - 1).loss())
                .isLessThan(first.get(first.size() - 1).loss());
    }

    @Test
    void shouldRejectACheckpointOfOtherData() throws Exception {
        train(settings("sgd"), new TrainingBudget(64, null, null), 32L, List.of(), null);
        Checkpoint stored = Checkpoint.newest(directory).orElseThrow();
        Checkpoint other = new Checkpoint(
                Map.of("data", "other", "progress", "0", "images", "0", "seconds", "0"), stored.arrays());
        assertThatThrownBy(() -> train(settings("sgd"), new TrainingBudget(64, null, null), null, List.of(), other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("data");
    }

    @Test
    void shouldReadTheCheckpointBeforeADamagedOne() throws Exception {
        // Given: two checkpoints, of which the newer is truncated
        new Checkpoint(Map.of("images", "1"), Map.of("a", new float[] {1})).write(directory);
        new Checkpoint(Map.of("images", "2"), Map.of("a", new float[] {2})).write(directory);
        Path newest = directory.resolve("checkpoint.bin");
        byte[] bytes = Files.readAllBytes(newest);
        assertThat(Checkpoint.newest(directory).orElseThrow().facts()).containsEntry("images", "2");
        Files.write(newest, Arrays.copyOf(bytes, bytes.length - 2));
        // When, then
        assertThat(Checkpoint.newest(directory).orElseThrow().facts()).containsEntry("images", "1");
    }

    @Test
    void shouldFitTheScheduleIntoTheTime() {
        TrainingBudget budget = new TrainingBudget(0, Duration.ofSeconds(100), null);
        double progress = 0;
        double seconds = 0;
        for (int i = 0; i < 50; i++) {
            progress = budget.advance(progress, 8, 1, seconds);
            seconds += 1;
        }
        assertThat(progress).isBetween(0.49, 0.51);
        assertThat(new TrainingBudget(1000, Duration.ofSeconds(100), null).advance(0.5, 100, 1, 50))
                .isEqualTo(0.6);
    }

    private Map<String, float[]> train(
            BackboneSettings settings,
            TrainingBudget budget,
            @Nullable Long stopAfter,
            List<StageProgress> heard,
            @Nullable Checkpoint from)
            throws Exception {
        try (NDManager manager = TorchEngine.createManager(5);
                Vgg16 network = new Vgg16(manager, SHAPE, 0, 5);
                BackboneTraining training = training(manager, network, batcher(), settings, budget, heard)) {
            if (from != null) {
                training.resume(from);
            }
            if (stopAfter != null) {
                training.stopAfter(stopAfter);
            }
            training.run(stopAfter == null ? null : directory, Duration.ofHours(1));
            return network.parameters().values();
        }
    }

    private static Batcher batcher() {
        ImageArray table = colours(48);
        return new Batcher(table, Normalisation.of(table), 32, new Augmentation(2, true, 4, false), 5);
    }

    private static BackboneTraining training(
            NDManager manager,
            Vgg16 network,
            Batcher batcher,
            BackboneSettings settings,
            TrainingBudget budget,
            List<StageProgress> heard) {
        return new BackboneTraining(
                manager,
                network,
                batcher,
                settings,
                budget,
                2,
                Map.of("data", colours(48).hash()),
                new ProgressListener() {
                    @Override
                    public void onProgress(StageProgress progress) {
                        if (heard instanceof ArrayList<StageProgress>) {
                            heard.add(progress);
                        }
                    }

                    @Override
                    public void onMessage(String line) {}
                });
    }

    private static BackboneSettings settings(String optimizer) {
        double rate = optimizer.equals("sgd") ? 0.05 : 0.003;
        return BackboneSettingsBuilder.builder()
                .epochs(0)
                .images(256)
                .minutes(0)
                .batch(16)
                .optimizer(optimizer)
                .rate(rate)
                .schedule("one-cycle")
                .warmUp(0.2)
                .momentum(0.9)
                .weightDecay(5e-4)
                .labelSmoothing(0.1)
                .dropout(0)
                .pad(2)
                .flip(true)
                .cutout(4)
                .build();
    }

    private static ImageArray colours(int count) {
        Random random = new Random(3);
        byte[][] pixels = new byte[count][32 * 32 * 3];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = i % CLASSES;
            random.nextBytes(pixels[i]);
            for (int p = labels[i]; p < pixels[i].length; p += 3) {
                pixels[i][p] = (byte) (128 + random.nextInt(127));
            }
        }
        return new ImageArray(32, pixels, labels, List.of("blue", "green", "red"));
    }
}
