package io.featherwire.lab;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import java.io.FileReader;
import java.io.FileWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.NumberFormat;
import java.util.ArrayList;
import java.util.Formatter;
import java.util.List;
import java.util.Scanner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is written and read is the same in every locale and charset. */
class LocaleRulesTest {

    /** A number in a format: its digits and separators are the locale's. */
    private static final Pattern NUMBER = Pattern.compile("%(\\d+\\$)?[-#+ 0,(]*\\d*(\\.\\d+)?[dfeg]");

    private static JavaClasses ours;

    @BeforeAll
    static void read() {
        ours = ProductClasses.PRODUCT;
    }

    @Test
    void shouldNameTheLocaleWhereItMatters() {
        noClasses()
                .should()
                .callMethod(String.class, "toLowerCase")
                .orShould()
                .callMethod(String.class, "toUpperCase")
                .orShould()
                .callMethod(String.class, "format", String.class, Object[].class)
                .orShould()
                .callMethod(PrintStream.class, "printf", String.class, Object[].class)
                .orShould()
                .callMethod(PrintStream.class, "format", String.class, Object[].class)
                .orShould()
                .callMethod(PrintWriter.class, "printf", String.class, Object[].class)
                .orShould()
                .callMethod(PrintWriter.class, "format", String.class, Object[].class)
                .orShould()
                .callMethod(NumberFormat.class, "getInstance")
                .orShould()
                .callMethod(NumberFormat.class, "getNumberInstance")
                .orShould()
                .callMethod(NumberFormat.class, "getPercentInstance")
                .orShould()
                .callConstructor(DecimalFormat.class)
                .orShould()
                .callConstructor(DecimalFormat.class, String.class)
                .orShould()
                .callConstructor(Formatter.class)
                .orShould()
                .callConstructor(Scanner.class, InputStream.class)
                .because("digits, separators and the letter I are not the same in every locale")
                .check(ours);
    }

    @Test
    void shouldNameTheCharsetWhereItMatters() {
        noClasses()
                .should()
                .callMethod(String.class, "getBytes")
                .orShould()
                .callConstructor(String.class, byte[].class)
                .orShould()
                .callConstructor(InputStreamReader.class, InputStream.class)
                .orShould()
                .callConstructor(OutputStreamWriter.class, OutputStream.class)
                .orShould()
                .callConstructor(FileReader.class, String.class)
                .orShould()
                .callConstructor(FileWriter.class, String.class)
                .orShould()
                .callConstructor(PrintStream.class, OutputStream.class)
                .orShould()
                .callConstructor(PrintStream.class, OutputStream.class, boolean.class)
                .orShould()
                .callConstructor(PrintWriter.class, OutputStream.class)
                .orShould()
                .callConstructor(PrintWriter.class, OutputStream.class, boolean.class)
                .because("the platform's charset is not the same everywhere")
                .check(ours);
    }

    @Test
    void shouldFormatNoNumberByTheDefaultLocale() throws Exception {
        List<String> found = new ArrayList<>();
        List<Path> sources = sources();
        for (Path source : sources) {
            found.addAll(numbers(source, Files.readString(source)));
        }
        assertThat(sources).hasSizeGreaterThan(300);
        assertThat(found)
                .as("String.formatted with a number; String.format(Locale.ROOT, …) does not depend on the locale")
                .isEmpty();
    }

    @Test
    void shouldSeeANumberThatIsFormattedByTheDefaultLocale() {
        assertThat(numbers(Path.of("A.java"), "x = 1;\nreturn \"%s has %,d\"\n  .formatted(a, b);"))
                .containsExactly("A.java:3");
        assertThat(numbers(Path.of("A.java"), "String.format(Locale.ROOT, \"%d\", 1); \"%s\".formatted(a);"))
                .isEmpty();
    }

    private static List<String> numbers(Path file, String source) {
        List<String> found = new ArrayList<>();
        for (int at = source.indexOf(".formatted("); at >= 0; at = source.indexOf(".formatted(", at + 1)) {
            String before = source.substring(start(source, at), at);
            Matcher number = NUMBER.matcher(before);
            if (number.find()) {
                found.add(file + ":"
                        + (source.substring(0, at)
                                        .chars()
                                        .filter(c -> c == '\n')
                                        .count()
                                + 1));
            }
        }
        return found;
    }

    /** Where the statement, or a part of it, begins that ends at this place. */
    private static int start(String source, int at) {
        int start = 0;
        for (String end : List.of(";", "{\n", "}\n", "->", "return ")) {
            start = Math.max(start, source.lastIndexOf(end, at));
        }
        return start;
    }

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        // Modules, and those within one.
        try (Stream<Path> folders = Files.find(
                Path.of(".."), 5, (path, attributes) -> attributes.isDirectory() && path.endsWith("src/main/java"))) {
            for (Path folder : folders.toList()) {
                try (Stream<Path> files = Files.walk(folder)) {
                    files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
                }
            }
        }
        return sources;
    }
}
