package io.sluice.devkit.demo;

/**
 * What the user asked for.
 *
 * @param repeat how many times the data is produced
 * @param fail share of first attempts that fail, 0 to 1
 * @param keep leave everything running afterwards
 * @param json end with one JSON object on standard output
 * @param debug keep logs and data afterwards
 */
record DemoOptions(
        int repeat,
        Language processor,
        Ordering ordering,
        int partitions,
        double fail,
        boolean keep,
        boolean json,
        boolean debug) {

    /** Language of the sample processor. */
    enum Language {
        JAVA,
        PYTHON
    }
}
