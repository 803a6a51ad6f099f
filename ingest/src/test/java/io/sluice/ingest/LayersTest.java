package io.sluice.ingest;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may use what: the core is pure, and each library has one door. */
class LayersTest {
    private static final String ROOT = "io.sluice.ingest";
    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void deliveryUsesNothingButJava() {
        classes()
                .that()
                .resideInAPackage(ROOT + ".delivery")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage("java..", ROOT + ".delivery"))
                .check(ALL);
    }

    @ParameterizedTest
    @CsvSource({
        "com.lmax.disruptor.., ring",
        "org.apache.kafka.clients.consumer.., source",
        "org.apache.kafka.clients.producer.., publish",
        "org.apache.kafka.., source publish",
        "io.grpc.., stream",
        "com.google.protobuf.., stream",
        "io.sluice.proto.., stream",
        "io.micrometer.., metrics",
        "io.prometheus.., metrics",
        "org.snakeyaml.., config",
        "tools.jackson.., config",
        "com.sun.net.httpserver.., admin",
        "picocli.., cli",
        "ch.qos.logback.., cli",
        "net.logstash.., cli",
    })
    void eachLibraryHasItsDoor(String library, String packages) {
        String[] doors =
                List.of(packages.split(" ")).stream().map(p -> ROOT + "." + p).toArray(String[]::new);
        noClasses()
                .that()
                .resideOutsideOfPackages(doors)
                .should()
                .dependOnClassesThat(resideInAPackage(library))
                .allowEmptyShould(true)
                .check(ALL);
    }

    @ParameterizedTest
    @CsvSource({
        "delivery, ",
        "ring, delivery",
        "lane, ring delivery",
        "config, delivery",
        "metrics, ",
        "source, config ring delivery",
        "publish, config ring delivery",
        "stream, config ring delivery",
        "admin, config metrics",
    })
    void aPackageUsesOnlyTheOnesBelowIt(String name, String below) {
        String[] allowed = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(name),
                        java.util.stream.Stream.of(below == null ? new String[0] : below.split(" ")))
                .map(p -> ROOT + "." + p)
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(ROOT + "." + name)
                .should()
                .dependOnClassesThat(resideInAPackage(ROOT + "..")
                        .and(com.tngtech.archunit.base.DescribedPredicate.not(resideInAnyPackage(allowed))))
                .check(ALL);
    }

    @Test
    void neitherSdkNorTestToolsAreUsed() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.sluice.processor..", "io.sluice.devkit..", "org.junit.."))
                .check(ALL);
    }

    @Test
    void nobodyWakesUpAConsumer() {
        // As in typelevel/fs2-kafka#1051.
        noClasses()
                .should()
                .callMethodWhere(com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                        com.tngtech.archunit.core.domain.properties.HasName.Predicates.name("wakeup")))
                .check(ALL);
    }
}
