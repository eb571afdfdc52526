package io.featherwire.lab.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Processes that each keep a core busy, with the priority of this process. */
final class BusyProcesses implements AutoCloseable {

    private final List<Process> processes = new ArrayList<>();
    private final Thread atExit = new Thread(this::destroy, "end-busy-processes");

    private BusyProcesses() {}

    /** Starts a number of busy processes. */
    static BusyProcesses start(int count) {
        BusyProcesses busy = new BusyProcesses();
        Runtime.getRuntime().addShutdownHook(busy.atExit);
        try {
            for (int i = 0; i < count; i++) {
                busy.processes.add(new ProcessBuilder("sh", "-c", "while :; do :; done").start());
            }
            return busy;
        } catch (IOException e) {
            busy.close();
            throw new UncheckedIOException("cannot start a busy process", e);
        }
    }

    @Override
    public void close() {
        destroy();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }

    private void destroy() {
        processes.forEach(Process::destroyForcibly);
    }
}
