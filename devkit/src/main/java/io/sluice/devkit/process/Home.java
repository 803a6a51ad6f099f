package io.sluice.devkit.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the parts of a built Sluice are. */
public final class Home {
    private Home() {}

    /** The checkout: system property {@code sluice.home}, else the nearest folder above the working directory that holds one. */
    public static Optional<Path> find() {
        String given = System.getProperty("sluice.home");
        @Nullable Path folder = Path.of(given != null ? given : "").toAbsolutePath();
        while (folder != null && !Files.isRegularFile(folder.resolve("ingest/pom.xml"))) {
            folder = folder.getParent();
        }
        return Optional.ofNullable(folder);
    }

    /** Class path of a built module: its jar and {@code target/lib}. Without a built one, the class path of this JVM, which has all modules. */
    public static String classPath(String module, String artifact) {
        return find().map(home -> home.resolve(module).resolve("target"))
                .flatMap(target -> jar(target, artifact).map(jar -> jar + File.pathSeparator + target.resolve("lib/*")))
                .orElseGet(() -> System.getProperty("java.class.path"));
    }

    private static Optional<Path> jar(Path target, String artifact) {
        if (!Files.isDirectory(target.resolve("lib"))) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(target, artifact + "-*.jar")) {
            for (Path jar : jars) {
                if (!jar.toString().endsWith("-sources.jar")) {
                    return Optional.of(jar);
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
