package io.sluice.devkit.sim;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.matcher.ElementMatchers;
import net.bytebuddy.pool.TypePool;

/**
 * The simulator with a core that has a defect: both are loaded anew, the one class with the defect changed on the way, so
 * that the core of all other tests stays as it is.
 */
final class DefectiveCore extends ClassLoader {
    private static final String CORE = "io.sluice.ingest.delivery.";
    private static final String SIMULATOR = "io.sluice.devkit.sim.";

    /** What the simulator finds in one history. */
    record Finding(String rule, long step, String text, List<String> last) {}

    private final Defect defect;

    DefectiveCore(Defect defect) {
        super(DefectiveCore.class.getClassLoader());
        this.defect = defect;
    }

    /** Runs a seed with the defect in. A finding with an empty rule: nothing was found. */
    Finding run(long seed, long faultySteps) throws ReflectiveOperationException {
        return finding(history(seed, faultySteps));
    }

    /** Runs a seed that fails, and shrinks its history. */
    Finding shrink(long seed, long faultySteps, int mostRuns) throws ReflectiveOperationException {
        Object failing = history(seed, faultySteps);
        return finding(call("Shrinker", "shrink", failing, faultySteps, mostRuns));
    }

    private Object history(long seed, long faultySteps) throws ReflectiveOperationException {
        Object[] orderings = loadClass(CORE + "Ordering").getEnumConstants();
        return call(
                "Simulation", "run", seed, orderings[Simulation.orderingOf(seed).ordinal()], faultySteps);
    }

    private Object call(String type, String name, Object... args) throws ReflectiveOperationException {
        for (Method method : loadClass(SIMULATOR + type).getDeclaredMethods()) {
            if (method.getName().equals(name) && method.getParameterCount() == args.length) {
                method.setAccessible(true);
                try {
                    return method.invoke(null, args);
                } catch (InvocationTargetException e) {
                    throw new IllegalStateException("the simulator broke down on " + defect, e.getCause());
                }
            }
        }
        throw new NoSuchMethodException(type + "." + name);
    }

    private static Finding finding(Object history) throws ReflectiveOperationException {
        Object rule = get(history, "broken");
        List<?> last = (List<?>) get(history, "last");
        return new Finding(
                rule == null ? "" : rule.toString(),
                (long) get(history, "steps"),
                (String) get(history, "text"),
                last.stream().map(Object::toString).toList());
    }

    private static Object get(Object history, String component) throws ReflectiveOperationException {
        Method accessor = history.getClass().getDeclaredMethod(component);
        accessor.setAccessible(true);
        return accessor.invoke(history);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            if (!name.startsWith(CORE) && !name.startsWith(SIMULATOR)) {
                return super.loadClass(name, resolve);
            }
            byte[] bytes = name.equals(CORE + defect.type) ? changed(name) : original(name);
            return defineClass(name, bytes, 0, bytes.length);
        }
    }

    private byte[] changed(String name) {
        ClassFileLocator locator = ClassFileLocator.ForClassLoader.of(getParent());
        TypePool pool = TypePool.Default.of(locator);
        return new ByteBuddy()
                .redefine(pool.describe(name).resolve(), locator)
                .visit(Advice.to(defect.advice).on(ElementMatchers.named(defect.method)))
                .make()
                .getBytes();
    }

    private byte[] original(String name) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }
}
