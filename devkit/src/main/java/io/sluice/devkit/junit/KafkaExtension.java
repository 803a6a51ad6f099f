package io.sluice.devkit.junit;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a {@link TestKafka}. One broker serves all tests of a JVM, started for the first that asks and closed after the last;
 * tests keep apart by topic and group names of their own.
 */
public final class KafkaExtension implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(KafkaExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestKafka.class;
    }

    @Override
    public TestKafka resolveParameter(ParameterContext parameter, ExtensionContext context) {
        // The root store closes what is AutoCloseable once all tests have ended.
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(TestKafka.class, type -> new TestKafka(BrokerChoice.start()), TestKafka.class);
    }
}
