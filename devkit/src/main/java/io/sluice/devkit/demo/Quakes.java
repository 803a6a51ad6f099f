package io.sluice.devkit.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import tools.jackson.databind.json.JsonMapper;

/** A week of earthquakes, shipped with the devkit; see {@code data/README.md}. Immutable. */
final class Quakes {
    private static final String RESOURCE = "/data/quakes.jsonl.gz";

    private final List<Quake> quakes;

    /** One event: the seismic network that reported it, and the line as it is in the file. */
    private record Quake(byte[] network, byte[] line) {}

    private Quakes(List<Quake> quakes) {
        this.quakes = quakes;
    }

    static Quakes load() {
        JsonMapper json = new JsonMapper();
        List<Quake> quakes = new ArrayList<>();
        try (InputStream packed = Quakes.class.getResourceAsStream(RESOURCE)) {
            if (packed == null) {
                throw new IllegalStateException("the devkit is incomplete: no " + RESOURCE);
            }
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(new GZIPInputStream(packed), StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String network = json.readTree(line).at("/properties/net").asString();
                quakes.add(new Quake(network.getBytes(StandardCharsets.UTF_8), line.getBytes(StandardCharsets.UTF_8)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
        return new Quakes(List.copyOf(quakes));
    }

    int count() {
        return quakes.size();
    }

    /** All events, {@code repeat} times over, keyed by network. */
    Iterator<ProducerRecord<byte[], byte[]>> records(String topic, int repeat) {
        return IntStream.range(0, repeat)
                .boxed()
                .flatMap(round -> quakes.stream())
                .map(quake -> new ProducerRecord<>(topic, quake.network(), quake.line()))
                .iterator();
    }
}
