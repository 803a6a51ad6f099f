package io.sluice.processor;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A record header: a name and an optional value, where null is not empty. Immutable. */
public final class Header {
    private final String name;
    private final byte @Nullable [] value;

    private Header(String name, byte @Nullable [] value) {
        this.name = Objects.requireNonNull(name, "name");
        this.value = value;
    }

    /** As {@link #of(String, byte[])}, with bytes that nobody else changes. */
    static Header owning(String name, byte @Nullable [] value) {
        return new Header(name, value);
    }

    /**
     * A header with these bytes.
     *
     * @param name the name
     * @param value the bytes, copied; null is a header without a value
     * @return the header
     */
    public static Header of(String name, byte @Nullable [] value) {
        return new Header(name, value == null ? null : value.clone());
    }

    /**
     * A header whose value is a text in UTF-8.
     *
     * @param name the name
     * @param text the text
     * @return the header
     */
    public static Header of(String name, String text) {
        return new Header(name, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The header's name.
     *
     * @return the name; names may repeat within a record
     */
    public String name() {
        return name;
    }

    /**
     * The header's value.
     *
     * @return a copy of the bytes, or null
     */
    public byte @Nullable [] value() {
        return value == null ? null : value.clone();
    }

    /**
     * The header's value as a text.
     *
     * @return the bytes decoded as UTF-8, or null
     */
    public @Nullable String valueAsString() {
        return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Header h && name.equals(h.name) && Arrays.equals(value, h.value);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + Arrays.hashCode(value);
    }

    /** Name and size only: values may be secret. */
    @Override
    public String toString() {
        return name + (value == null ? "=null" : "=" + value.length + " bytes");
    }
}
