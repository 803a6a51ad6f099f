package io.sluice.processor.readme;

import io.sluice.processor.Processor;
import io.sluice.processor.ProcessorServer;
import io.sluice.processor.Record;
import io.sluice.processor.Verdict;

public final class Greeter {
    static Verdict greet(Record record) {
        String name = record.valueAsString();
        if (name == null) {
            return Verdict.reject("NO_NAME", "the record has no value");
        }
        System.out.println("Hello, " + name);
        return Verdict.ack();
    }

    static Processor processor() {
        return Processor.named("greeter").handler(Greeter::greet).port(9000).build();
    }

    public static void main(String[] args) throws Exception {
        ProcessorServer server = processor().start();
        server.drainOnShutdown();
        server.awaitTermination();
    }
}
