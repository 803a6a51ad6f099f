package io.sluice.devkit.sim;

import io.sluice.ingest.delivery.Delayed;
import io.sluice.ingest.delivery.Header;
import io.sluice.ingest.delivery.Origin;
import io.sluice.ingest.delivery.RetryHeaders;
import io.sluice.ingest.delivery.RetryHeaders.Moment;
import io.sluice.ingest.delivery.RetryHeaders.Returned;
import io.sluice.ingest.delivery.RetryPolicy;
import java.util.ArrayList;
import java.util.List;

/**
 * The pipeline's retry topics: what is moved goes into one as the shipped code writes it, and comes back as that reads it
 * when it is due. What came back is compared with what was true when it went.
 */
final class SimRetryTopics {
    /** Times are written in milliseconds, by another clock. */
    private static final long ROUNDING = 2 * Plan.MS;

    private final World world;
    private final List<PartitionLog> logs = new ArrayList<>();

    SimRetryTopics(World world) {
        this.world = world;
        if (world.plan.delays()) {
            for (int tier = 0; tier < world.plan.settings().tiers().count(); tier++) {
                PartitionLog log = new PartitionLog("t.retry." + tier, tier, world.logs.size(), 0);
                logs.add(log);
                world.logs.add(log);
            }
        }
    }

    /** A record that was moved is durable. */
    void append(Rec rec, Delayed delayed) {
        long delay = world.plan.settings().tiers().delayNs(delayed.tier());
        Header[] headers = RetryHeaders.write(delayed, Plan.PIPELINE, delay, moment(), true)
                .toArray(new Header[0]);
        Past past = new Past(
                headers,
                rec.past == null ? rec.epoch.log.number : rec.past.partition(),
                rec.past == null ? rec.offset : rec.past.offset(),
                rec.attempts,
                rec.lonelyDeaths,
                rec.firstFailed,
                rec.wish,
                world.now() + delay);
        logs.get(delayed.tier()).append(past, rec.key, rec.bytes - Payloads.bytesOf(rec.key, 0), rec.kind);
        world.consumer.wake();
    }

    /** Somebody writes to one of them who should not. */
    void forge(Dice dice) {
        PartitionLog log = logs.get(dice.below(logs.size()));
        log.append(Past.FOREIGN, PartitionLog.NULL_KEY, dice.below(Payloads.SIZES), PartitionLog.PLAIN);
        world.consumer.wake();
    }

    /** Whether the first record that waits may be taken up now. Reads what it carries when it is first seen. */
    boolean due(Rec rec) {
        if (rec.origin == null) {
            read(rec, rec.epoch.log.past(rec.offset));
        }
        return rec.dueAt <= world.now();
    }

    private void read(Rec rec, Past past) {
        PartitionLog log = rec.epoch.log;
        rec.past = past;
        long delay = world.plan.settings().tiers().delayNs(log.tier);
        Returned returned = RetryHeaders.read(past.headers(), Plan.PIPELINE, delay, moment());
        if ((returned == null) != past.foreign()) {
            throw new Broken("RETRY", rec + ": taken for " + (returned == null ? "foreign" : "one of ours"));
        }
        if (returned == null) {
            rec.foreign = true;
            rec.dueAt = world.now();
            rec.origin = new Origin("t", 0, rec.offset, 1, 0, 0, 0, 0, 1, 0, 0, "", "", "not ours");
            return;
        }
        Origin origin = returned.origin();
        boolean wishes = past.wish() != Rec.NO_TIME;
        if (!origin.topic().equals("t")
                || origin.partition() != past.partition()
                || origin.offset() != past.offset()
                || origin.attempts() != past.attempts()
                || origin.streamsEnded() != past.lonelyDeaths()
                || returned.own().length != 0
                || wishes != (origin.notBeforeNs() != 0)) {
            throw new Broken("RETRY", rec + ": went as " + past + ", came back as " + origin);
        }
        rec.origin = origin;
        rec.dueAt = notBefore(rec, virtual(returned.dueNs()), past.due());
        rec.attempts = origin.attempts();
        rec.lonelyDeaths = origin.streamsEnded();
        rec.deaths = rec.lonelyDeaths > 0 ? StreamJudge.SUSPECT_AFTER : 0;
        rec.hasFailed = true;
        rec.firstFailed = virtual(origin.firstFailedNs());
        if (world.plan.settings().retry().maxAgeNs() != RetryPolicy.ANY_AGE) {
            near(rec, rec.firstFailed, past.firstFailed());
        }
        rec.wish = wishes ? notBefore(rec, virtual(origin.notBeforeNs()), past.wish()) : Rec.NO_TIME;
    }

    /** A time to wait for comes back a little later, never earlier. */
    private static long notBefore(Rec rec, long read, long then) {
        if (read < then || read > then + 3 * Plan.MS) {
            throw new Broken("RETRY", rec + ": to wait until " + then + " came back as until " + read);
        }
        return read;
    }

    private static long near(Rec rec, long read, long then) {
        if (Math.abs(read - then) > ROUNDING) {
            throw new Broken("RETRY", rec + ": a time of " + then + " came back as " + read);
        }
        return read;
    }

    private Moment moment() {
        return new Moment(world.lane.clock(), Plan.EPOCH_MS_AT_ZERO + world.now() / Plan.MS);
    }

    private long virtual(long clockNs) {
        return clockNs - world.plan.clockStartNs();
    }
}
