// One stream of the processor. Groups of a batch go side by side, the records of a group one after the other: each group
// is a timer that ends when its last record would.
import { NEVER, payload } from "./behaviour.mjs";

const EXIT_OF_POISON = 66;

export class Stream {
  #call;
  #id;
  #shared;
  #open = new Map();
  #gateway = "?";
  #draining = false;
  #gatewayDone = false;
  #over = false;

  /**
   * @param call the server's duplex stream
   * @param {string} id unique over all lives of the processor
   * @param shared name, credit, maxFrame, extend, act, journal, and the set of all streams
   */
  constructor(call, id, shared) {
    this.#call = call;
    this.#id = id;
    this.#shared = shared;
    call.on("data", (frame) => this.#take(frame));
    call.on("end", () => {
      this.#gatewayDone = true;
      this.#endIfDone();
    });
    call.on("error", () => this.#gone());
    call.on("cancelled", () => this.#gone());
    this.#send({
      hello: {
        min_protocol: 1,
        max_protocol: 1,
        name: shared.name,
        version: "test",
        instance_id: id,
        max_frame_bytes: shared.maxFrame,
        credit: { max_outstanding_records: shared.credit },
      },
    });
  }

  /** Gets no more, settles what it holds, ends. */
  drain() {
    this.#draining = true;
    this.#send({ drain: {} });
    this.#endIfDone();
  }

  #take(frame) {
    if (frame.hello) {
      this.#gateway = frame.hello.gateway_id;
    } else if (frame.batch) {
      this.#batch(frame.batch);
    } else if (frame.go_away) {
      this.#gatewayDone = true;
      this.#endIfDone();
    }
    // What was revoked is answered all the same: a gateway has to bear late verdicts.
  }

  #batch(batch) {
    const payloads = batch.records.map((record) => payload(record.value ?? Buffer.alloc(0)));
    this.#shared.journal.delivered(
      this.#gateway,
      this.#id,
      batch,
      payloads.map((p) => p.uid),
    );
    this.#open.set(batch.batch_id, batch.records.length);
    const due = [...this.#answers(batch, payloads)].filter(([delayMs]) => delayMs !== NEVER).sort(([a], [b]) => a - b);
    this.#answerWhenDue(batch.batch_id, due, performance.now());
    if (this.#shared.extend) {
      this.#extendLater(batch);
    }
  }

  /** One timer for each batch: Node keeps no order between timers of different lengths when it is late. */
  #answerWhenDue(batchId, due, startMs) {
    if (due.length === 0) {
      return;
    }
    setTimeout(
      () => {
        while (due.length > 0 && due[0][0] <= performance.now() - startMs) {
          this.#answer(batchId, due.shift()[1]);
        }
        this.#answerWhenDue(batchId, due, startMs);
      },
      Math.max(0, due[0][0] - (performance.now() - startMs)),
    );
  }

  /** Ranges of verdicts by the time at which they are due. */
  #answers(batch, payloads) {
    const answers = new Map();
    let group = -1;
    let at = 0;
    let failed = false;
    batch.records.forEach((record, i) => {
      if (record.group !== group) {
        group = record.group;
        at = 0;
        failed = false;
      }
      const act = this.#shared.act(record, payloads[i].script);
      if (act.dies && !failed && at !== NEVER) {
        process.exit(EXIT_OF_POISON);
      }
      const outcome = failed ? "RELEASE" : act.outcome;
      if (!failed) {
        at += act.delayMs;
      }
      failed ||= act.outcome === "RETRY";
      if (!answers.has(at)) {
        answers.set(at, []);
      }
      addTo(answers.get(at), i, outcome);
    });
    return answers;
  }

  #answer(batchId, ranges) {
    if (this.#over) {
      return;
    }
    this.#shared.journal.answered(this.#gateway, this.#id, batchId, ranges);
    const verdicts = ranges.map(({ first, count, outcome }) => ({
      first,
      count,
      outcome: `OUTCOME_${outcome}`,
      code: outcome === "RETRY" || outcome === "REJECT" ? "SCRIPTED" : "",
    }));
    this.#send({ results: { batches: [{ batch_id: batchId, verdicts }] } });
    const left = this.#open.get(batchId) - ranges.reduce((sum, { count }) => sum + count, 0);
    if (left === 0) {
      this.#open.delete(batchId);
    } else {
      this.#open.set(batchId, left);
    }
    this.#endIfDone();
  }

  #extendLater(batch) {
    const halfMs = (Number(batch.lease.seconds) * 1000 + batch.lease.nanos / 1e6) / 2;
    setTimeout(() => {
      if (this.#open.has(batch.batch_id) && !this.#over) {
        this.#send({ extend: { batch_ids: [batch.batch_id] } });
        this.#extendLater(batch);
      }
    }, halfMs);
  }

  #endIfDone() {
    if (!this.#over && (this.#draining || this.#gatewayDone) && this.#open.size === 0) {
      this.#gone();
      this.#call.end();
    }
  }

  #gone() {
    if (!this.#over) {
      this.#over = true;
      this.#shared.journal.ended(this.#id);
      this.#shared.streams.delete(this);
    }
  }

  #send(frame) {
    if (!this.#over && !this.#call.cancelled) {
      this.#call.write(frame);
    }
  }
}

function addTo(ranges, index, outcome) {
  const last = ranges.at(-1);
  if (last && last.first + last.count === index && last.outcome === outcome) {
    last.count++;
  } else {
    ranges.push({ first: index, count: 1, outcome });
  }
}
