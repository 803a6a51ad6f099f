package io.sluice.ingest.config;

/** Where the admin HTTP server listens; port 0: any free one. */
public record AdminConfig(String host, int port) {}
