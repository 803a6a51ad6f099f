package io.sluice.ingest.delivery;

final class StreamState {}
