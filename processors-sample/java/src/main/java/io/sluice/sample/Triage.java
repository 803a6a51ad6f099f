package io.sluice.sample;

import io.sluice.processor.Record;
import io.sluice.processor.Verdict;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The business logic: decides what becomes of one earthquake event of the USGS, a GeoJSON feature. Thread-safe. */
final class Triage {
    /** How strong an earthquake is. */
    enum Level {
        GREEN,
        YELLOW,
        ORANGE,
        RED;

        static Level of(double magnitude) {
            if (magnitude >= 6) {
                return RED;
            }
            if (magnitude >= 5) {
                return ORANGE;
            }
            return magnitude >= 4 ? YELLOW : GREEN;
        }
    }

    private final JsonMapper json = new JsonMapper();
    private final Map<Level, LongAdder> counts = new EnumMap<>(Level.class);
    private final LongAdder rejected = new LongAdder();

    Triage() {
        for (Level level : Level.values()) {
            counts.put(level, new LongAdder());
        }
    }

    Verdict decide(Record record) {
        byte[] value = record.value();
        if (value == null) {
            return reject("DECODE", "no value: a GeoJSON feature is needed");
        }
        JsonNode event;
        try {
            event = json.readTree(value);
        } catch (JacksonException e) {
            return reject("DECODE", "not JSON: a GeoJSON feature is needed");
        }
        JsonNode properties = event.path("properties");
        if (!properties.isObject()) {
            return reject("DECODE", "no properties: a GeoJSON feature is needed");
        }
        return decide(properties);
    }

    private Verdict decide(JsonNode properties) {
        String type = properties.path("type").asString("");
        if (!type.equals("earthquake")) {
            return reject("NOT_AN_EARTHQUAKE", "type is '" + type + "', not 'earthquake'");
        }
        JsonNode magnitude = properties.path("mag");
        boolean missing = magnitude.isMissingNode() || magnitude.isNull();
        if (!missing && !magnitude.isNumber()) {
            return reject("DECODE", "mag is not a number");
        }
        double mag = missing ? 0 : magnitude.doubleValue();
        if (mag < 0) {
            return reject("NEGATIVE_MAGNITUDE", "magnitude is " + mag);
        }
        counts.getOrDefault(Level.of(mag), rejected).increment();
        return Verdict.ack();
    }

    private Verdict reject(String code, String reason) {
        rejected.increment();
        return Verdict.reject(code, reason);
    }

    long count(Level level) {
        return counts.getOrDefault(level, rejected).sum();
    }

    long rejected() {
        return rejected.sum();
    }
}
