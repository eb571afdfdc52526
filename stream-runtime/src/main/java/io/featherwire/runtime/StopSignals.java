package io.featherwire.runtime;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles the signals that ask a process to stop. With the JVM's own handler, the exit code is 128 or more even after a
 * clean stop. A shutdown hook could change the exit code only with {@link Runtime#halt}, which does not delete the files that are
 * registered for deletion on exit.
 */
final class StopSignals {

    private static final Logger LOG = LoggerFactory.getLogger(StopSignals.class);
    private static final List<String> NAMES = List.of("TERM", "INT", "HUP");

    private StopSignals() {}

    /**
     * Replaces the JVM's handler. The new handler is called on a thread of its own.
     *
     * @return whether this JVM supports the replacement
     */
    static boolean handle(Runnable stop) {
        try {
            // Reflection avoids the compiler's warning about sun.misc, which cannot be turned off.
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler call = (proxy, method, arguments) -> switch (method.getName()) {
                case "handle" -> {
                    stop.run();
                    yield null;
                }
                case "equals" -> proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "stop";
            };
            Object callback = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, call);
            for (String name : NAMES) {
                signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), callback);
            }
            return true;
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.debug("cannot replace the JVM's signal handlers", e);
            return false;
        }
    }
}
