package io.sluice.ingest.config;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Typed values of a section by dotted path, and where each was written. Absent: it was wrong, or has no default. */
final class Values {
    private final String path;
    private final Place at;
    private final Map<String, Object> values = new HashMap<>();
    private final Map<String, Place> places = new HashMap<>();

    /** @param path of this section, for messages */
    Values(String path, Place at) {
        this.path = path;
        this.at = at;
    }

    String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** Where the key was written; if it was not, where the innermost section around it was. */
    Place place(String key) {
        for (String around = key; !around.isEmpty(); around = parent(around)) {
            Place place = places.get(around);
            if (place != null) {
                return place;
            }
        }
        return at;
    }

    private static String parent(String key) {
        return key.substring(0, Math.max(0, key.lastIndexOf('.')));
    }

    void begin(String section, Place written) {
        places.put(section, written);
    }

    boolean isWritten(String key) {
        return places.containsKey(key);
    }

    void put(String key, Object value) {
        values.put(key, value);
    }

    void put(String key, Object value, Place written) {
        values.put(key, value);
        places.put(key, written);
    }

    <T> @Nullable T find(String key, Class<T> type) {
        return type.cast(values.get(key));
    }

    <T> T get(String key, Class<T> type) {
        T value = find(key, type);
        if (value == null) {
            throw new IllegalStateException("no value for " + path(key));
        }
        return value;
    }

    String text(String key) {
        return get(key, String.class);
    }

    Duration duration(String key) {
        return get(key, Duration.class);
    }

    int whole(String key) {
        return Math.toIntExact(get(key, Long.class));
    }

    long size(String key) {
        return get(key, Long.class);
    }

    double real(String key) {
        return get(key, Double.class);
    }

    /** Empty if absent. */
    @SuppressWarnings("unchecked") // written by SectionReader, from a key of that type
    List<String> texts(String key) {
        return (List<String>) values.getOrDefault(key, List.of());
    }

    /** Empty if absent. */
    @SuppressWarnings("unchecked")
    List<Duration> durations(String key) {
        return (List<Duration>) values.getOrDefault(key, List.of());
    }

    /** Empty if absent. */
    @SuppressWarnings("unchecked")
    Map<String, String> kafka(String key) {
        return (Map<String, String>) values.getOrDefault(key, Map.of());
    }

    /** Empty if absent. */
    @SuppressWarnings("unchecked")
    List<Values> sections(String key) {
        return (List<Values>) values.getOrDefault(key, List.of());
    }
}
