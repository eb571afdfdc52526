package io.featherwire.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.Fingerprint;
import io.featherwire.codec.payload.PayloadCodec;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.codec.testing.TinyBundle;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README says of the library: its example runs, its list of public types is whole. */
class ReadmeTest {

    private static final Path README = Path.of("README.md");
    private static final Path CLASSES = Path.of("target", "classes");

    @TempDir
    private Path directory;

    @Test
    void shouldRunTheExample() throws Exception {
        // Given
        Bundle bundle = TinyBundle.write(directory);
        Fingerprint fingerprint = bundle.fingerprint();
        byte[] payload =
                bundle.payloadCodec().encode(new float[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, PayloadMode.ENTROPY);
        List<String> printed = new ArrayList<>();

        // When
        // example
        try (FeatureReader reader = FeatureReader.open(directory)) {
            float[] feature = reader.read(fingerprint, payload);
            printed.add(reader.shape(fingerprint) + ", the first value is " + feature[0]);
        }
        // example

        // Then
        assertThat(printed).containsExactly("3x2x2, the first value is 1.0");
        String source = Files.readString(
                Path.of("src/test/java", ReadmeTest.class.getName().replace('.', '/') + ".java"));
        String example = source.split("// example\n")[1]
                .strip()
                .lines()
                .map(line -> line.replaceFirst("^ {8}", ""))
                .collect(Collectors.joining("\n"))
                .replace("open(directory)", "open(Path.of(\"/srv/bundles\"))")
                .replace("printed.add(", "System.out.println(");
        assertThat(README).content().contains(example);
        assertThat(Path.of("..", "README.md")).content().contains(example);
        assertThat(Path.of("..", "docs", "use", "features.md")).content().contains(example);
    }

    /** What else a caller needs belongs to a noun of its own. */
    @Test
    void shouldKeepTheEntryPointsSmall() {
        assertThat(publicMethods(FeatureCompressor.class))
                .containsExactlyInAnyOrder("open", "setup", "prepare", "compress", "close");
        assertThat(publicMethods(PayloadCodec.class)).containsExactlyInAnyOrder("of", "of", "encode", "decode");
    }

    private static List<String> publicMethods(Class<?> type) {
        return Stream.of(type.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
                .map(Method::getName)
                .toList();
    }

    @Test
    void shouldListEveryPublicType() throws Exception {
        // Given
        var listed = new TreeSet<String>();
        for (String line : Files.readAllLines(README)) {
            var row = Pattern.compile("\\| `(codec[a-z.]*)` \\| (.*) \\|").matcher(line);
            if (row.matches()) {
                Pattern.compile("`(\\w+)`")
                        .matcher(row.group(2))
                        .results()
                        .map((MatchResult type) -> "io.featherwire." + row.group(1) + "." + type.group(1))
                        .forEach(listed::add);
            }
        }

        // When
        var there = new TreeSet<String>();
        try (Stream<Path> files = Files.walk(CLASSES)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".class")).toList()) {
                String name = CLASSES.relativize(file)
                        .toString()
                        .replace(file.getFileSystem().getSeparator(), ".");
                name = name.substring(0, name.length() - ".class".length());
                if (!name.contains("$") && !name.endsWith("package-info")) {
                    Class<?> type = Class.forName(name, false, ReadmeTest.class.getClassLoader());
                    if (Modifier.isPublic(type.getModifiers()) && !isBuilderOfARecord(type)) {
                        there.add(name);
                    }
                }
            }
        }

        // Then
        assertThat(there).isEqualTo(listed).hasSizeGreaterThan(30);
    }

    /** Whether the compiler has generated the type for a record with {@code @RecordBuilder}. */
    private static boolean isBuilderOfARecord(Class<?> type) throws ClassNotFoundException {
        String name = type.getName();
        return name.endsWith("Builder")
                && Class.forName(name.substring(0, name.length() - "Builder".length()), false, type.getClassLoader())
                        .isRecord();
    }
}
