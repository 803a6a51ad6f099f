package io.sluice.bench;

import java.util.List;

/** A consumer loop as people write it in Python, without a gateway. */
final class PythonLoop implements Contender {
    private final String name;
    private final Child consumer;
    private final List<Usage> processes;

    /**
     * @param name of the loop, as {@code loops.py} has it
     * @param work with each record, as {@code work.py} reads it
     */
    PythonLoop(PythonTools tools, Stage stage, String topic, String name, String work) {
        this.name = name;
        consumer = tools.start(
                "loops.py",
                stage.folder(topic + "/" + name).resolve("consumer.log"),
                List.of(name, stage.bootstrapServers(), topic, name + "." + topic, work));
        processes = List.of(Usage.of("consumer", consumer.pid()));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Usage> processes() {
        return processes;
    }

    @Override
    public double round(long records) {
        return consumer.round(records);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
