package io.featherwire.runtime;

import io.featherwire.runtime.config.ConfigException;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The main method of an app: runs a program and returns the exit code. */
public final class AppMain {

    private static final Logger LOG = LoggerFactory.getLogger(AppMain.class);

    private AppMain() {}

    /**
     * Runs a program and returns the exit code: the program's own, 2 for invalid settings, 1 for any other failure.
     * Each failure is logged, with the remedy if it is known.
     */
    public static int run(Callable<Integer> program) {
        try {
            return program.call();
        } catch (ConfigException e) {
            e.problems().forEach(problem -> LOG.error("{}", problem));
            return 2;
        } catch (StartException e) {
            LOG.error("{}", e.getMessage());
            LOG.debug("cannot start", e);
            return 1;
        } catch (Exception e) {
            LOG.error("{}", FailureMessages.describe(e), e);
            return 1;
        }
    }
}
