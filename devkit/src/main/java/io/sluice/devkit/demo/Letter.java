package io.sluice.devkit.demo;

/** A dead letter, as its headers tell: where the record was and why it is here. */
record Letter(int partition, long offset, String code, String cause, String reason) {}
