package io.sluice.bench;

import java.nio.file.Path;
import java.util.List;

/** A consumer loop as people write it in Python, without a gateway. */
final class PythonLoop {
    private PythonLoop() {}

    /**
     * Starts one. Between rounds it is stopped as a whole: libraries with threads of their own would read ahead, at the expense of others,
     * and begin a round with most of it in memory.
     *
     * @param name of the loop, as {@code loops.py} has it
     * @param work with each record, as {@code work.py} reads it
     */
    static Contender start(PythonTools tools, Stage stage, String topic, String name, String work) {
        Path log = stage.folder(topic + "/" + name).resolve("consumer.log");
        List<String> args = List.of(name, stage.bootstrapServers(), topic, name + "." + topic, work);
        Child consumer;
        try {
            consumer = tools.start("loops.py", log, args);
        } catch (IllegalStateException e) {
            // kafka-python now and then spins for ever while it joins its group.
            stage.tell("starting " + name + " once more: " + e.getMessage() + ", log: " + log);
            consumer = tools.start("loops.py", log, args);
        }
        consumer.stopBetweenRounds();
        return new StartedContender(name, consumer, List.of(Usage.of("consumer", consumer.pid())));
    }
}
