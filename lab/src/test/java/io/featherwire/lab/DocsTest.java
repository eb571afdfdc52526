package io.featherwire.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.cli.Featherwire;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The pages of documentation: their links lead somewhere, and their commands are commands of this release. */
class DocsTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern COMMAND = Pattern.compile("^(?:\\S+ \\| )?(?:\\./)?(featherwire(?:-lab)?) (.+)$");
    private static final Map<String, Integer> MOST_LINES = Map.of(
            "README.md",
            120,
            "docs/measure/results.md",
            120,
            "docs/measure/performance.md",
            120,
            "docs/measure/utility.md",
            120,
            "docs/research/bundles.md",
            150);

    @Test
    void shouldHaveLinksThatLeadSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            Matcher links = LINK.matcher(Files.readString(page));
            while (links.find()) {
                String link = links.group(1);
                if (URI.create(link).isAbsolute()) {
                    continue;
                }
                String[] parts = link.split("#", 2);
                Path target = parts[0].isEmpty()
                        ? page
                        : page.resolveSibling(parts[0]).normalize();
                if (!Files.exists(target)
                        || parts.length == 2 && !anchors(target).contains(parts[1])) {
                    broken.add(ROOT.relativize(page) + ": " + link);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void shouldShowCommandsThatThisReleaseUnderstands() throws IOException {
        List<String> refused = new ArrayList<>();
        int parsed = 0;
        for (Path page : pages()) {
            for (String line : codeLines(page)) {
                Matcher command = COMMAND.matcher(line);
                if (command.matches()) {
                    parsed++;
                    try {
                        commandLine(command.group(1)).parseArgs(words(command.group(2)));
                    } catch (ParameterException e) {
                        refused.add(ROOT.relativize(page) + ": " + line + ": " + e.getMessage());
                    }
                }
            }
        }
        assertThat(refused).isEmpty();
        assertThat(parsed).isGreaterThan(50);
    }

    @Test
    void shouldKeepThePagesShortThatReadersSeeFirst() throws IOException {
        for (Map.Entry<String, Integer> page : MOST_LINES.entrySet()) {
            assertThat(Files.readAllLines(ROOT.resolve(page.getKey())))
                    .as(page.getKey())
                    .hasSizeLessThanOrEqualTo(page.getValue());
        }
    }

    /** A row of a table cannot be broken, nor can a link or a line of code. */
    @Test
    void shouldWrapLinesAtAHundredAndTwentyColumns() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path page : pages()) {
            boolean code = false;
            for (String line : Files.readAllLines(page)) {
                code ^= line.startsWith("```");
                boolean unbreakable = code || line.startsWith("|") || line.startsWith("    ");
                if (!unbreakable && line.length() > 120 && line.strip().lastIndexOf(' ', 120) > 0) {
                    tooLong.add(ROOT.relativize(page) + ": " + line);
                }
            }
        }
        assertThat(tooLong).isEmpty();
    }

    @Test
    void shouldListEveryDecisionByItsHeading() throws IOException {
        // Given
        Path directory = ROOT.resolve("docs/decisions");
        List<String> decisions = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file :
                    files.filter(path -> !path.endsWith("README.md")).sorted().toList()) {
                String[] heading =
                        Files.readAllLines(file).get(0).replaceFirst("^# ", "").split(" ", 2);
                decisions.add(
                        "| " + heading[0].replace(".", "") + " | [" + heading[1] + "](" + file.getFileName() + ") |");
            }
        }

        // Then
        assertThat(Files.readAllLines(directory.resolve("README.md")))
                .filteredOn(line -> line.matches("\\| \\d.*"))
                .containsExactlyElementsOf(decisions);
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        try (Stream<Path> root = Files.list(ROOT);
                Stream<Path> docs = Files.walk(ROOT.resolve("docs"));
                Stream<Path> clients = Files.walk(ROOT.resolve("clients"))) {
            Stream.of(root, docs, clients)
                    .flatMap(files -> files)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .forEach(pages::add);
        }
        return pages;
    }

    /** As GitHub makes anchors of headings. */
    private static List<String> anchors(Path page) throws IOException {
        try (Stream<String> lines = Files.lines(page)) {
            return lines.filter(line -> line.startsWith("#"))
                    .map(line -> line.replaceFirst("^#+ ", "")
                            .toLowerCase(Locale.ROOT)
                            .replaceAll("[^\\p{L}\\p{N} _-]", "")
                            .replace(' ', '-'))
                    .toList();
        }
    }

    /** Lines of code blocks, without comments; a line that ends with a backslash continues on the next. */
    private static List<String> codeLines(Path page) throws IOException {
        List<String> lines = new ArrayList<>();
        boolean fenced = false;
        boolean continued = false;
        for (String line : Files.readAllLines(page)) {
            if (line.strip().startsWith("```")) {
                fenced = !fenced;
            } else if (fenced || line.startsWith("    ") || continued) {
                String text = line.replaceFirst("\\s+#.*$", "").strip();
                boolean more = text.endsWith("\\");
                text = more ? text.substring(0, text.length() - 1).strip() : text;
                if (continued) {
                    text = lines.remove(lines.size() - 1) + " " + text;
                }
                lines.add(text);
                continued = more;
            }
        }
        return lines;
    }

    private static CommandLine commandLine(String name) {
        return name.equals("featherwire") ? Featherwire.commandLine() : FeatherwireLab.commandLine();
    }

    /** Square brackets mark what may be left out; it must be right all the same. */
    private static String[] words(String arguments) {
        return arguments
                .replace("[", "")
                .replace("]", "")
                .replace("…", "")
                .strip()
                .split("\\s+");
    }
}
