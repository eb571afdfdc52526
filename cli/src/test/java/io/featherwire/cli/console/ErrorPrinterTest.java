package io.featherwire.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.bundler.BundlerException;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.datasets.DatasetException;
import io.featherwire.evaluation.EvaluationException;
import org.junit.jupiter.api.Test;

class ErrorPrinterTest {

    @Test
    void shouldPrintMessagesForUsersWithoutTheNameOfAClass() {
        String message = "Cannot read class folders in x: there is no directory train.";

        assertThat(ErrorPrinter.describe(new EvaluationException(message))).isEqualTo(message);
        assertThat(ErrorPrinter.describe(new BundlerException(message))).isEqualTo(message);
        assertThat(ErrorPrinter.describe(new BundleException(message))).isEqualTo(message);
        assertThat(ErrorPrinter.describe(new DatasetException(message))).isEqualTo(message);
    }

    @Test
    void shouldNameTheClassOfAnUnexpectedFailure() {
        assertThat(ErrorPrinter.describe(new IllegalStateException("no\nline break")))
                .isEqualTo("IllegalStateException: no line break (--verbose prints the stack trace)");
    }
}
