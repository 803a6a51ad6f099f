package io.sluice.devkit.e2e;

import io.sluice.devkit.junit.TestKafka;
import io.sluice.devkit.kafka.Ports;
import io.sluice.devkit.kafka.Topics;
import io.sluice.devkit.process.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A topic, a processor and gateways that read the one for the other, each a process of its own that can be killed. */
final class Processes implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofMinutes(2);

    /** These JVMs live for seconds: the second compiler would cost more than it gains. */
    private static final String QUICK = "-XX:TieredStopAtLevel=1";

    final String topic;
    final Trail trail;
    private final TestKafka kafka;
    private final Path folder;
    private final String protocol;
    private final int processorPort = Ports.free();
    private final List<ChildProcess> children = new ArrayList<>();

    Processes(TestKafka kafka, Path folder, String name, String protocol, int partitions) {
        this.kafka = kafka;
        this.folder = folder;
        this.protocol = protocol;
        this.topic = kafka.topic(name + "-" + protocol, partitions);
        kafka.broker().createTopic(deadLetters(), 1);
        this.trail = new Trail(folder.resolve("journal"));
    }

    String deadLetters() {
        return "dlq." + topic;
    }

    /** Starts the processor, always at the same port, always with the same journal. */
    ChildProcess processor() {
        ChildProcess processor = ChildProcess.java(JournalingProcessor.class.getName())
                .name("processor")
                .flags("-Xmx128m", QUICK)
                .args(Integer.toString(processorPort), folder.resolve("journal").toString())
                .start(folder.resolve("processor-" + children.size() + ".log"));
        children.add(processor);
        processor.awaitLine("listening on", PATIENCE);
        return processor;
    }

    /** Starts one more member of the group and waits until it says that it is ready. */
    Member gateway() throws IOException {
        int number = children.size();
        int adminPort = Ports.free();
        Path config = Files.writeString(folder.resolve("gateway-" + number + ".yaml"), yaml(adminPort));
        ChildProcess process = ChildProcess.java("io.sluice.ingest.Main")
                .name("gateway " + number)
                .flags("-Xmx256m", QUICK)
                .args("run", "-c", config.toString())
                .start(folder.resolve("gateway-" + number + ".log"));
        children.add(process);
        Member member = new Member(process, adminPort);
        process.awaitCondition(
                "state RUNNING",
                PATIENCE,
                () -> member.status().path("state").asString("").equals("RUNNING"));
        return member;
    }

    /** Records between committed and end, asked of the broker. Takes a while: it connects anew. */
    long lag() {
        return Topics.lag(
                Topics.endOffsets(kafka.bootstrapServers(), topic), Topics.committed(kafka.bootstrapServers(), topic));
    }

    private String yaml(int adminPort) {
        String session =
                protocol.equals("classic") ? ", kafka: { session.timeout.ms: 6000, heartbeat.interval.ms: 1000 }" : "";
        return """
                kafka: { bootstrap.servers: "%s" }
                admin: { listen: "127.0.0.1:%d" }
                pipelines:
                  - name: p
                    source: { topics: [%s], group: %s, protocol: %s%s }
                    ordering: key
                    processor: { targets: ["static://127.0.0.1:%d"] }
                    in_flight: { records: 2000 }
                    commit_interval: 500ms
                    dead_letter: { topic: %s }
                """.formatted(
                kafka.bootstrapServers(), adminPort, topic, topic, protocol, session, processorPort, deadLetters());
    }

    @Override
    public void close() {
        children.forEach(ChildProcess::kill);
        children.forEach(child -> child.exitCode(PATIENCE));
    }

    /** A gateway that runs. */
    record Member(ChildProcess process, int adminPort) {
        private static final HttpClient HTTP =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

        /** Its pipeline's status; a missing node if it does not answer. */
        JsonNode status() {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + adminPort + "/api/v1/pipelines/p"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            JsonMapper json = new JsonMapper();
            try {
                return json.readTree(
                        HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body());
            } catch (IOException e) {
                return json.missingNode();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }

        /** Asks it to end and waits for it; returns its exit code. */
        int terminate() {
            process.terminate();
            return process.exitCode(PATIENCE);
        }
    }
}
