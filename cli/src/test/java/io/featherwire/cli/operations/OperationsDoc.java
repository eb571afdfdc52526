package io.featherwire.cli.operations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** The tables of docs/use/operations.md and docs/use/settings.md. */
final class OperationsDoc {

    private static final Path FILE = Path.of("../docs/use/operations.md");
    static final Path SETTINGS = Path.of("../docs/use/settings.md");

    /**
     * A row of a table of settings.
     *
     * @param name of the environment variable
     * @param standard the default; empty if there is none
     */
    record Variable(String name, String standard, String rule) {
        @Override
        public String toString() {
            return name;
        }
    }

    private OperationsDoc() {}

    static String text() throws IOException {
        return Files.readString(FILE);
    }

    /** The table of who may do what, as the broker's access control lists. */
    static List<AclBinding> access() throws IOException {
        List<AclBinding> bindings = new ArrayList<>();
        for (List<String> row : rows("| user | resource | name | operations |")) {
            boolean prefix = row.get(2).endsWith("*");
            String name = row.get(2).replace("*", "");
            var resource = new ResourcePattern(
                    ResourceType.valueOf(row.get(1).toUpperCase(Locale.ROOT).replace(' ', '_')),
                    name,
                    prefix ? PatternType.PREFIXED : PatternType.LITERAL);
            for (String operation : row.get(3).split(", ")) {
                bindings.add(new AclBinding(
                        resource,
                        new AccessControlEntry(
                                "User:" + row.get(0), "*", operation(operation), AclPermissionType.ALLOW)));
            }
        }
        return bindings;
    }

    /** The first cells of the metrics' table, each with what may follow the name. */
    static List<String> metrics() throws IOException {
        return rows("| metric | labels | what |").stream()
                .map(row -> row.get(0))
                .toList();
    }

    /** The first cells of the table of the compose file's variables. */
    static List<String> composeVariables() throws IOException {
        return rows("| variable | default | |").stream().map(row -> row.get(0)).toList();
    }

    /** The table of the settings of a command. */
    static List<Variable> settings(String command) throws IOException {
        List<String> lines = Files.readAllLines(SETTINGS);
        int mark = lines.indexOf("<!-- settings: " + command + " -->");
        if (mark < 0) {
            throw new IllegalStateException("no settings of " + command);
        }
        return rows(
                        lines.subList(mark, lines.size()),
                        "| setting | environment variable | default | must be | what for |")
                .stream()
                .map(row -> new Variable(row.get(1), row.get(2).replace("(required)", ""), row.get(3)))
                .toList();
    }

    private static AclOperation operation(String name) {
        return Arrays.stream(AclOperation.values())
                .filter(operation -> operation.name().replace("_", "").equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name));
    }

    /** The rows of the table under this head, cells without their code marks. */
    private static List<List<String>> rows(String head) throws IOException {
        return rows(text().lines().toList(), head);
    }

    private static List<List<String>> rows(List<String> lines, String head) {
        int start = lines.indexOf(head);
        if (start < 0) {
            throw new IllegalStateException("no table with the head " + head);
        }
        return lines.subList(start + 2, lines.size()).stream()
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> Arrays.stream(line.substring(1).split("\\|"))
                        .map(cell -> cell.replace("`", "").strip())
                        .toList())
                .toList();
    }
}
