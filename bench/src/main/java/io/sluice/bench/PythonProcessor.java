package io.sluice.bench;

import io.sluice.devkit.kafka.Ports;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A gateway in front of a processor in Python: one process for each of its targets. */
final class PythonProcessor implements Contender {
    private final String name;
    private final Child processor;
    private final Gateway gateway;
    private final List<Usage> processes = new ArrayList<>();

    /**
     * @param work with each record, as {@code work.py} reads it
     * @param workers processes, each with a port of its own
     */
    PythonProcessor(PythonTools tools, Stage stage, String topic, GatewaySetup setup, String work, int workers) {
        name = setup.name();
        Path folder = stage.folder(topic + "/" + name);
        List<Integer> ports = Stream.generate(Ports::free).limit(workers).toList();
        List<String> args = new ArrayList<>(List.of(work));
        ports.forEach(port -> args.add(port.toString()));
        processor = tools.start("processor.py", folder.resolve("processor.log"), args);
        gateway = Gateway.start(stage, folder, setup, List.of(topic), ports);
        processes.add(gateway.usage());
        ProcessHandle.of(processor.pid()).stream()
                .flatMap(ProcessHandle::children)
                .forEach(worker -> processes.add(Usage.of("processor", worker.pid())));
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
        return processor.round(records);
    }

    /** How many records each process handled. */
    @Override
    public Map<String, String> notes() {
        return processor.notes();
    }

    @Override
    public void close() {
        processor.close();
        gateway.close();
    }
}
