package io.sluice.ingest.config;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes, and reads, trees of records, maps and lists as JSON. Record components become snake case; map keys stay. Any thread. */
public final class Json {
    private static final JsonMapper COMPACT = JsonMapper.builder()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            // Components only: a method of a record that happens to start with "is" or "get" is not API.
            .changeDefaultVisibility(v -> v.withVisibility(PropertyAccessor.GETTER, Visibility.NONE)
                    .withVisibility(PropertyAccessor.IS_GETTER, Visibility.NONE)
                    .withVisibility(PropertyAccessor.FIELD, Visibility.ANY))
            .build();
    private static final JsonMapper PRETTY =
            COMPACT.rebuild().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Json() {}

    /** One line of JSON. */
    public static String write(@Nullable Object tree) {
        return COMPACT.writeValueAsString(tree);
    }

    /** Reads what {@link #write} has written, of this version or a later one; null: it is something else. */
    public static <T> @Nullable T read(String json, Class<T> type) {
        try {
            return COMPACT.readValue(json, type);
        } catch (JacksonException e) {
            return null;
        }
    }

    /** Indented JSON, without a newline at the end. */
    public static String pretty(@Nullable Object tree) {
        return PRETTY.writeValueAsString(tree).replace("\r\n", "\n");
    }
}
