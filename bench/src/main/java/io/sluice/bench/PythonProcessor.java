package io.sluice.bench;

import io.sluice.devkit.kafka.Ports;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A gateway in front of a processor in Python: one process for each of its targets. It notes how many records each process handled. */
final class PythonProcessor {
    private PythonProcessor() {}

    /**
     * Starts them.
     *
     * @param work with each record, as {@code work.py} reads it
     * @param workers processes, each with a port of its own
     */
    static Contender start(PythonTools tools, Stage stage, String topic, GatewaySetup setup, String work, int workers) {
        Path folder = stage.folder(topic + "/" + setup.name());
        List<Integer> ports = Stream.generate(Ports::free).limit(workers).toList();
        List<String> args = new ArrayList<>(List.of(work));
        ports.forEach(port -> args.add(port.toString()));
        Child processor = tools.start("processor.py", folder.resolve("processor.log"), args);
        Gateway gateway = Gateway.start(stage, folder, setup, List.of(topic), ports);
        List<Usage> processes = new ArrayList<>(List.of(gateway.usage()));
        ProcessHandle.of(processor.pid()).stream()
                .flatMap(ProcessHandle::children)
                .forEach(worker -> processes.add(Usage.of("processor", worker.pid())));
        return new StartedContender(setup.name(), processor, processes, gateway::close);
    }
}
