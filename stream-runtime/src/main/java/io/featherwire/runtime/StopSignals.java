package io.featherwire.runtime;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signals that ask a process to stop. The JVM's own handling of them ends with an exit code of 128 and more even after an
 * orderly stop, and a shutdown hook can only change that by a halt, which skips what is to be deleted on exit.
 */
final class StopSignals {

    private static final Logger LOG = LoggerFactory.getLogger(StopSignals.class);
    private static final List<String> NAMES = List.of("TERM", "INT", "HUP");

    private StopSignals() {}

    /**
     * Installs a handler, called on its own thread, instead of the JVM's.
     *
     * @return whether this JVM supports it
     */
    static boolean handle(Runnable stop) {
        try {
            // By reflection: the compiler warns about sun.misc whenever it is named, and the warning cannot be turned
            // off.
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
            LOG.debug("signals are left to the JVM", e);
            return false;
        }
    }
}
