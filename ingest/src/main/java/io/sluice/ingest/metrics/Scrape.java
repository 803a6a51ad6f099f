package io.sluice.ingest.metrics;

/** The text of one scrape, UTF-8, and the content type to send with it. */
public record Scrape(String contentType, String text) {}
