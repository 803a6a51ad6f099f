package io.sluice.ingest.config;

import java.util.Map;

/** What the text of a scalar means, and which texts are allowed. */
interface Type {
    /** What is allowed, in words that complete "allowed ...". */
    String allowed();

    /** The value of the text; the same type for every text. */
    Object read(String text) throws Refused;

    /** JSON Schema of the value as written, placeholders aside. */
    Map<String, Object> schema();

    /** Whether a number or a boolean without quotes is meant as one; otherwise it is taken for forgotten quotes. */
    default boolean takesNumbers() {
        return true;
    }
}
