package io.sluice.devkit.demo;

/** Which records must be processed one after the other. */
enum Ordering {
    KEY,
    PARTITION,
    NONE
}
