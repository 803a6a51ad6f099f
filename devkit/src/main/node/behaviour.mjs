// What is done with a record: a function of the record, its attempt and the flags, as in the Java test processor.

/** Delay of a record that never gets an answer. */
export const NEVER = Infinity;

/**
 * Reads a value: "uid keySeq script padding"; one that is none of ours has an empty uid and is acked.
 *
 * @param {Buffer} value
 * @returns {{uid: string, script: string}}
 */
export function payload(value) {
  const fields = /^(\S*) (\d+) (\S+) /.exec(value.subarray(0, 256).toString("latin1"));
  return fields ? { uid: fields[1], script: fields[3] } : { uid: "", script: "ack" };
}

/**
 * @param {{seed: bigint, delay: [number, number], tail: [number, number], mute: boolean, reject: boolean}} flags
 * @returns a function of a record and its script that gives {outcome, delayMs, dies}
 */
export function behaviour(flags) {
  return (record, script) => {
    const delayMs = delayOf(flags, record);
    if (flags.mute) {
      return { outcome: "ACK", delayMs: NEVER, dies: false };
    }
    if (flags.reject) {
      return { outcome: "REJECT", delayMs, dies: false };
    }
    const [name, number] = script.split(":", 2);
    switch (name) {
      case "retry": {
        const again = number === "*" || record.attempt <= Number(number);
        return { outcome: again ? "RETRY" : "ACK", delayMs, dies: false };
      }
      case "reject":
        return { outcome: "REJECT", delayMs, dies: false };
      case "hang":
        return { outcome: "ACK", delayMs: NEVER, dies: false };
      case "die":
        return { outcome: "ACK", delayMs: 0, dies: true };
      case "ack":
        return { outcome: "ACK", delayMs: delayMs + Number(number ?? 0), dies: false };
      default:
        throw new Error(`no script of a record: ${script}`);
    }
  };
}

function delayOf({ seed, delay: [least, most], tail: [share, tailMs] }, record) {
  const place = BigInt(record.offset) * 64n + BigInt(record.partition);
  const drawn = least + Math.floor(unit(mix(seed ^ place)) * (most - least + 1));
  return unit(mix(~seed ^ place)) < share ? drawn + tailMs : drawn;
}

/** The finishing steps of splitmix64. */
function mix(number) {
  let z = BigInt.asUintN(64, number * 0x9e3779b97f4a7c15n);
  z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}

/** A number from 0 to 1, 1 excluded. */
function unit(bits) {
  return Number(bits >> 11n) / 2 ** 53;
}
