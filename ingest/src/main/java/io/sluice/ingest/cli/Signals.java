package io.sluice.ingest.cli;

import java.lang.reflect.Proxy;

/**
 * Listens to signals of the process. The JVM's own answer, shutdown hooks, knows neither a second signal nor exit code 0; the class
 * that does is not in the Java API, so it is reached by name.
 */
final class Signals {
    private Signals() {}

    /**
     * Calls the listener on a thread of its own, each time.
     *
     * @return false if this JVM cannot
     */
    static boolean on(String signal, Runnable listener) {
        try {
            Class<?> type = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Object handler = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handlerType}, (p, m, args) -> {
                        return switch (m.getName()) {
                            case "hashCode" -> System.identityHashCode(p);
                            case "equals" -> args != null && p == args[0];
                            case "toString" -> "handler of " + signal;
                            default -> {
                                listener.run();
                                yield null;
                            }
                        };
                    });
            Object instance = type.getConstructor(String.class).newInstance(signal);
            type.getMethod("handle", type, handlerType).invoke(null, instance, handler);
            return true;
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            return false;
        }
    }
}
