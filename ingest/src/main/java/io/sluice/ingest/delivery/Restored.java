package io.sluice.ingest.delivery;

/**
 * {@link Completions} being used up: records come in ascending order, so each question moves a cursor on. What has not
 * come yet goes into the next commit again. Owned by: lane thread.
 */
final class Restored {
    private final Completions completions;
    private int run;
    private int note;

    Restored(Completions completions) {
        this.completions = completions;
    }

    /** Whether a record is done; its offset is above that of the last call. */
    boolean done(long offset) {
        while (run < completions.from.length && completions.to[run] <= offset) {
            run++;
        }
        return run < completions.from.length && completions.from[run] <= offset;
    }

    /** What is known of a record; null: nothing. Ascending offsets, as above. */
    Completions.Note note(long offset) {
        while (note < completions.notes.length && completions.notes[note].offset() < offset) {
            note++;
        }
        boolean found = note < completions.notes.length && completions.notes[note].offset() == offset;
        return found ? completions.notes[note] : null;
    }

    boolean usedUp() {
        return run == completions.from.length && note == completions.notes.length;
    }

    Completions completions() {
        return completions;
    }
}
