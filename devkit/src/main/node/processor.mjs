// The test processor of the fault rig on another gRPC stack: the same flags, the same journal, the same behaviour as
// io.sluice.devkit.faults.TestProcessor.
import { parseArgs } from "node:util";
import grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { behaviour } from "./behaviour.mjs";
import { Journal } from "./journal.mjs";
import { Stream } from "./stream.mjs";

const DRAIN_MS = 20_000;

const text = (value) => ({ type: "string", ...(value === undefined ? {} : { default: value }) });
const { values: flags } = parseArgs({
  options: {
    proto: text(),
    name: text(),
    port: text(),
    logs: text(),
    seed: text("1"),
    delay: text("0:2"),
    tail: text("0:0"),
    mute: { type: "boolean", default: false },
    reject: { type: "boolean", default: false },
    credit: text("4000"),
    extend: { type: "boolean", default: false },
    "max-frame": text("4194304"),
    "max-age": text("0"),
    "max-age-grace": text("0"),
    // Node's server never minds pings; taken so that both processors can be given the same flags.
    "permit-keepalive": text("0"),
  },
});
for (const needed of ["proto", "name", "port", "logs"]) {
  if (flags[needed] === undefined) {
    console.error(`--${needed} is missing`);
    process.exit(2);
  }
}

const pair = (value) => value.split(":").map(Number);
const contract = grpc.loadPackageDefinition(
  loadSync("sluice/processor/v1/processor.proto", {
    includeDirs: [flags.proto],
    keepCase: true,
    longs: Number,
    enums: String,
    oneofs: true,
    defaults: true,
  }),
);
const streams = new Set();
const shared = {
  name: flags.name,
  credit: Number(flags.credit),
  maxFrame: Number(flags["max-frame"]),
  extend: flags.extend,
  act: behaviour({
    seed: BigInt(flags.seed),
    delay: pair(flags.delay),
    tail: pair(flags.tail),
    mute: flags.mute,
    reject: flags.reject,
  }),
  journal: new Journal(flags.logs, flags.name),
  streams,
};

const maxAgeMs = Number(flags["max-age"]);
const graceMs = Number(flags["max-age-grace"]);
const server = new grpc.Server({
  "grpc.max_receive_message_length": shared.maxFrame,
  ...(maxAgeMs > 0 ? { "grpc.max_connection_age_ms": maxAgeMs } : {}),
  ...(graceMs > 0 ? { "grpc.max_connection_age_grace_ms": graceMs } : {}),
});
let numbers = 0;
let stopping = false;
server.addService(contract.sluice.processor.v1.Processor.service, {
  Process: (call) => {
    const stream = new Stream(call, `${flags.name}-${process.pid}-${++numbers}`, shared);
    streams.add(stream);
    if (stopping) {
      stream.drain();
    }
  },
});

process.on("SIGTERM", () => {
  stopping = true;
  for (const stream of streams) {
    stream.drain();
  }
  const deadline = Date.now() + DRAIN_MS;
  const timer = setInterval(() => {
    if (streams.size === 0 || Date.now() >= deadline) {
      clearInterval(timer);
      server.tryShutdown(() => process.exit(0));
      setTimeout(() => process.exit(0), 1_000).unref();
    }
  }, 20);
});

server.bindAsync(`127.0.0.1:${flags.port}`, grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) {
    console.error(`cannot listen on port ${flags.port}: ${error.message}`);
    process.exit(1);
  }
  console.log(`pid ${process.pid} listening on ${port}`);
});
