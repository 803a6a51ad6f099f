package io.sluice.devkit.defects;

import io.sluice.devkit.defects.Defect.Change;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.instrument.Instrumentation;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.matcher.ElementMatchers;
import net.bytebuddy.pool.TypePool;
import net.bytebuddy.utility.JavaModule;

/** Puts a {@link Defect} into a JVM: {@code -javaagent:JAR=NAME}. Its jar is made by the test; nothing of it is shipped. */
public final class DefectAgent {
    private DefectAgent() {}

    /** Flag of a JVM that has a defect. {@code folder} gets the agent's jar. */
    public static String flag(Path folder, Defect defect) {
        return "-javaagent:" + jar(folder) + "=" + defect.name();
    }

    /** A jar without classes: they stay where the tests have them, and Byte Buddy where Maven has it. */
    private static Path jar(Path folder) {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.put(new Attributes.Name("Premain-Class"), DefectAgent.class.getName());
        main.put(
                Attributes.Name.CLASS_PATH,
                String.join(" ", home(DefectAgent.class), home(AgentBuilder.class), home(io.sluice.devkit.Main.class)));
        try {
            Path jar = Files.createDirectories(folder).resolve("defects.jar");
            try (OutputStream out = Files.newOutputStream(jar);
                    JarOutputStream empty = new JarOutputStream(out, manifest)) {
                empty.finish();
            }
            return jar;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the agent's jar into " + folder, e);
        }
    }

    private static String home(Class<?> type) {
        try {
            return type.getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI()
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Called by the JVM before the gateway's main. */
    public static void premain(String name, Instrumentation instrumentation) {
        Defect defect = Defect.valueOf(name);
        ClassFileLocator classes = ClassFileLocator.ForClassLoader.ofSystemLoader();
        AgentBuilder agent =
                new AgentBuilder.Default().disableClassFormatChanges().with(new Saying(defect));
        for (Change change : defect.changes()) {
            agent = agent.type(ElementMatchers.named(change.typeName()))
                    .transform((builder, type, loader, module, domain) -> apply(change, builder, classes));
        }
        agent.installOn(instrumentation);
    }

    /** Adds a change to a class that is being made. The advice is only described: loading it could load what it is to change. */
    static DynamicType.Builder<?> apply(Change change, DynamicType.Builder<?> builder, ClassFileLocator classes) {
        TypeDescription advice =
                TypePool.Default.of(classes).describe(change.adviceName()).resolve();
        return builder.visit(Advice.to(advice, classes).on(ElementMatchers.named(change.method())));
    }

    /** Says when a class has its defect; a JVM without the one it should have would prove nothing, and ends. */
    private static final class Saying extends AgentBuilder.Listener.Adapter {
        private static final int EXIT = 70;

        private final Defect defect;

        Saying(Defect defect) {
            this.defect = defect;
        }

        @Override
        public void onTransformation(
                TypeDescription type, ClassLoader loader, JavaModule module, boolean loaded, DynamicType changed) {
            System.err.println(defect.sign(type.getName()));
        }

        @Override
        public void onError(String type, ClassLoader loader, JavaModule module, boolean loaded, Throwable error) {
            System.err.println("defect " + defect + " does not fit " + type + ": " + error);
            Runtime.getRuntime().halt(EXIT);
        }
    }
}
