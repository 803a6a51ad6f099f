package io.sluice.devkit.faults;

/**
 * A fault of the matrix: what is done, and what must come of it.
 *
 * @param id as in {@code --rows}, such as {@code F1}
 * @param title the fault, in a few words
 * @param expects what the gateway has to do about it, one line
 * @param inShortLane whether it is one of those that run in the build
 * @param script does it: sets the stage, breaks things, waits until they have healed. What must hold of every run (nothing lost,
 *     order, commits, duplicates) is judged afterwards, from the logs, and not by the script
 */
record Row(String id, String title, String expects, boolean inShortLane, Script script) {

    /** What a row does. */
    @FunctionalInterface
    interface Script {
        /**
         * Runs on the rig's thread. Returns once all faults are healed; records may still be on their way.
         *
         * @throws IllegalStateException if something did not come about in time; the message shows the last output
         */
        void run(Rig rig) throws Exception;
    }

    /** A row of the matrix that runs on demand. */
    static Row of(String id, String title, String expects, Script script) {
        return new Row(id, title, expects, false, script);
    }

    /** A row that runs in the build too. */
    static Row inShortLane(String id, String title, String expects, Script script) {
        return new Row(id, title, expects, true, script);
    }
}
