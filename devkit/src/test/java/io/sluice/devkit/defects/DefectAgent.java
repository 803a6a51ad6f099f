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
import net.bytebuddy.matcher.ElementMatchers;
import net.bytebuddy.pool.TypePool;

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
        TypePool types = TypePool.Default.of(classes);
        AgentBuilder agent = new AgentBuilder.Default()
                .disableClassFormatChanges()
                .with(new AgentBuilder.Listener.StreamWriting(System.err).withErrorsOnly());
        for (Change change : defect.changes()) {
            // Only described: loading the advice could load what it is to change.
            TypeDescription advice = types.describe(change.adviceName()).resolve();
            agent = agent.type(ElementMatchers.named(change.typeName()))
                    .transform((builder, type, loader, module, domain) ->
                            builder.visit(Advice.to(advice, classes).on(ElementMatchers.named(change.method()))));
        }
        for (Change change : defect.changes()) {
            if (types.describe(change.typeName())
                    .resolve()
                    .getDeclaredMethods()
                    .filter(ElementMatchers.named(change.method()))
                    .isEmpty()) {
                throw new IllegalStateException(change.typeName() + " has no method " + change.method());
            }
        }
        agent.installOn(instrumentation);
        System.err.println(defect.sign());
    }
}
