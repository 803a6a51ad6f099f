package io.sluice.devkit.faults;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * A record's value: ASCII, four fields with single blanks between. What a processor is to do with a record is part of it, so that each
 * life and each language of a processor does the same.
 *
 * <pre>{@code uid keySeq script padding}</pre>
 *
 * @param uid unique within a run
 * @param keySeq place among the records of its key, from 0
 * @param script {@code ack}; {@code ack:MS} after so many milliseconds more than the processor's own delay; {@code retry:N} RETRY for the first N attempts,
 *     {@code retry:*} for ever; {@code reject}; {@code hang} never an answer; {@code hold} the same, but ack if the processor was told
 *     to {@code --let-go}; {@code die} ends the processor at once
 * @param padding any number of bytes
 */
record Payload(String uid, long keySeq, String script, String padding) {
    private static final Pattern BLANK = Pattern.compile(" ");

    byte[] bytes() {
        return (uid + ' ' + keySeq + ' ' + script + ' ' + padding).getBytes(StandardCharsets.US_ASCII);
    }

    /** Reads a value; one that is none of ours has an empty uid and is acked. */
    static Payload parse(byte[] value) {
        String[] fields = BLANK.split(new String(value, StandardCharsets.US_ASCII), 4);
        if (fields.length < 4) {
            return new Payload("", -1, "ack", "");
        }
        try {
            return new Payload(fields[0], Long.parseLong(fields[1]), fields[2], fields[3]);
        } catch (NumberFormatException notOurs) {
            return new Payload("", -1, "ack", "");
        }
    }
}
