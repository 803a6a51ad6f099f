package io.sluice.ingest.config;

import java.time.Duration;

/** Durations and sizes as a configuration writes them. */
final class Units {
    private static final long KIB = 1024;

    private Units() {}

    static long millis(long amount, String unit) {
        return switch (unit) {
            case "ms" -> amount;
            case "s" -> amount * 1_000;
            case "m" -> amount * 60_000;
            default -> amount * 3_600_000;
        };
    }

    static long toBytes(long amount, String unit) {
        return switch (unit) {
            case "B" -> amount;
            case "KiB" -> amount * KIB;
            case "MiB" -> amount * KIB * KIB;
            default -> amount * KIB * KIB * KIB;
        };
    }

    /** In the largest unit that loses nothing. */
    static String duration(Duration duration) {
        long millis = duration.toMillis();
        if (millis == 0) {
            return "0ms";
        }
        if (millis % 3_600_000 == 0) {
            return millis / 3_600_000 + "h";
        }
        if (millis % 60_000 == 0) {
            return millis / 60_000 + "m";
        }
        return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
    }

    /** In the largest unit that loses nothing. */
    static String bytes(long bytes) {
        String[] units = {"B", "KiB", "MiB", "GiB"};
        int unit = 0;
        long amount = bytes;
        while (unit < units.length - 1 && amount != 0 && amount % KIB == 0) {
            amount /= KIB;
            unit++;
        }
        return amount + units[unit];
    }
}
