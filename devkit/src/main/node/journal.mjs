// The logs D and A of a processor, and the ends of its streams; the keys are those of io.sluice.devkit.oracle.LogRecord.
import { createHash } from "node:crypto";
import { openSync, writeSync } from "node:fs";
import { join } from "node:path";

/** One call to the kernel for each batch and each answer, before its effect: what is written outlives the process. */
export class Journal {
  #file;
  #processor;

  /**
   * @param {string} folder that the oracle reads
   * @param {string} processor name of the process and its incarnation, which becomes the file's
   */
  constructor(folder, processor) {
    this.#file = openSync(join(folder, `${processor}.jsonl`), "wx");
    this.#processor = processor;
  }

  /** Notes what was received, before it is worked on. `uids` has one text for each record. */
  delivered(gateway, stream, batch, uids) {
    const t = Date.now();
    const lines = batch.records.map((record, i) =>
      JSON.stringify({
        l: "D",
        t,
        ...this.#where(gateway, stream, batch.batch_id),
        i,
        gr: record.group,
        a: record.attempt,
        tp: record.topic,
        p: record.partition,
        o: record.offset,
        k: record._key === undefined ? null : record.key.toString("utf8"),
        u: uids[i],
        s: record._value === undefined ? "" : createHash("sha256").update(record.value).digest("hex").slice(0, 32),
      }),
    );
    this.#write(lines);
  }

  /** Notes verdicts, before they are sent. */
  answered(gateway, stream, batchId, ranges) {
    const t = Date.now();
    this.#write(
      ranges.map(({ first, count, outcome }) =>
        JSON.stringify({ l: "A", t, ...this.#where(gateway, stream, batchId), f: first, c: count, v: outcome, ra: -1 }),
      ),
    );
  }

  /** Notes that a stream is over: nothing that was open on it will be answered. */
  ended(stream) {
    this.#write([JSON.stringify({ l: "E", t: Date.now(), ki: "stream-end", w: this.#processor, d: stream })]);
  }

  #where(gateway, stream, batchId) {
    return { pr: this.#processor, g: gateway, st: stream, b: batchId };
  }

  #write(lines) {
    const bytes = Buffer.from(lines.join("\n") + "\n", "utf8");
    for (let at = 0; at < bytes.length; ) {
      at += writeSync(this.#file, bytes, at);
    }
  }
}
