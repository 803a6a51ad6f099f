package io.sluice.ingest.config;

import java.util.Collection;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** Finds what somebody probably meant. */
final class Suggestion {
    private Suggestion() {}

    /** {@code "; did you mean x?"}, or nothing if no candidate is near. */
    static String forName(String given, Collection<String> candidates) {
        String nearest = nearest(given, candidates);
        return nearest == null ? "" : "; did you mean " + nearest + "?";
    }

    private static @Nullable String nearest(String given, Collection<String> candidates) {
        int limit = Math.max(1, Math.min(3, given.length() * 3 / 7));
        return candidates.stream()
                .filter(c ->
                        Math.abs(c.length() - given.length()) <= limit && distance(plain(given), plain(c)) <= limit)
                .min(Comparator.comparingInt(c -> distance(plain(given), plain(c))))
                .orElse(null);
    }

    /** So that {@code maxAttempts} and {@code max-attempts} are near {@code max_attempts}. */
    private static String plain(String name) {
        return name.toLowerCase(java.util.Locale.ROOT).replaceAll("[-_.]", "");
    }

    /** Edits from one to the other: insert, delete, replace. */
    private static int distance(String a, String b) {
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = above[0];
            above[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = above[j];
                above[j] = Math.min(replace, Math.min(above[j], above[j - 1]) + 1);
            }
        }
        return above[b.length()];
    }
}
