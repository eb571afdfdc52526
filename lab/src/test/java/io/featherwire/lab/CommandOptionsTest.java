package io.featherwire.lab;

import static com.tngtech.archunit.core.domain.JavaFieldAccess.AccessType.GET;
import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.cli.Featherwire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** The options of all commands: each has an effect and is described in whole sentences. */
class CommandOptionsTest {

    @Test
    void shouldReadEveryOption() {
        // When
        var options = ProductClasses.PRODUCT.stream()
                .flatMap(type -> type.getFields().stream())
                .filter(field -> field.isAnnotatedWith(Option.class))
                // A switch that its group requires says by its presence that the group is given.
                .filter(field -> !field.getRawType().isEquivalentTo(boolean.class)
                        || !field.getAnnotationOfType(Option.class).required())
                .toList();

        // Then
        assertThat(options).hasSizeGreaterThan(100);
        assertThat(options)
                .filteredOn(option ->
                        option.getAccessesToSelf().stream().noneMatch(access -> access.getAccessType() == GET))
                .isEmpty();
    }

    @Test
    void shouldDescribeEveryOptionInSentences() {
        // When
        var descriptions = Stream.of(Featherwire.commandLine(), FeatherwireLab.commandLine())
                .flatMap(CommandOptionsTest::withSubcommands)
                .flatMap(command -> command.getCommandSpec().options().stream()
                        .filter(option -> !option.hidden())
                        .map(option -> command.getCommandName() + " " + option.longestName() + ": "
                                + String.join(" ", option.description())))
                .distinct()
                .toList();

        // Then
        assertThat(descriptions).hasSizeGreaterThan(300).allMatch(text -> text.matches("(?s).*[.)]"));
    }

    @Test
    void shouldExplainEveryOptionOfTrainOnItsPage() throws IOException {
        // Given
        String page = Files.readString(Path.of("../docs/use/training.md"));

        // When
        List<OptionSpec> options = Featherwire.commandLine()
                .getSubcommands()
                .get("train")
                .getCommandSpec()
                .options();

        // Then
        assertThat(options)
                .filteredOn(option -> !option.usageHelp() && !option.versionHelp())
                .extracting(OptionSpec::longestName)
                .hasSizeGreaterThan(25)
                .allMatch(
                        name -> Pattern.compile(name + "\\b(?!-)").matcher(page).find());
    }

    private static Stream<CommandLine> withSubcommands(CommandLine command) {
        return Stream.concat(
                Stream.of(command),
                command.getSubcommands().values().stream().distinct().flatMap(CommandOptionsTest::withSubcommands));
    }
}
