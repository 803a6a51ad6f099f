package io.sluice.devkit.faults;

import io.sluice.devkit.process.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A named process of a run that can be ended and started again, at the same address. Each step is noted: on the timeline, and in the log
 * of events that the oracle reads.
 *
 * <p>Started and ended by the rig's thread; asked by the sampler's too.
 */
abstract class Child {
    static final Duration PATIENCE = Duration.ofSeconds(90);

    /** These JVMs live for seconds to minutes on few cores: the second compiler would cost more than it gains. */
    static final String QUICK = "-XX:TieredStopAtLevel=1";

    private final Rig rig;
    private final String name;
    private volatile @Nullable ChildProcess process;
    private volatile long peakRssBytes;
    private int lives;

    Child(Rig rig, String name) {
        this.rig = rig;
        this.name = name;
    }

    /** Starts the process of life number {@code life}, from 1; its output is appended to {@code output}. */
    abstract ChildProcess launch(int life, Path output);

    /** Waits until it does its work. */
    abstract void awaitReady(ChildProcess started);

    final String name() {
        return name;
    }

    final Rig rig() {
        return rig;
    }

    final int lives() {
        return lives;
    }

    /** What the oracle's logs call it in the life it lives. */
    abstract String identity();

    /** What the oracle's events about it begin with. */
    abstract String sort();

    /** The file with the output of this life. */
    final Path output() {
        return rig.folder().resolve(name + "-" + lives + ".log");
    }

    /** Starts it and waits until it does its work. */
    final void start() {
        startOnly();
        awaitReady();
    }

    /** Starts it and returns at once. */
    final void startOnly() {
        if (isUp()) {
            throw new IllegalStateException(name + " runs already");
        }
        lives++;
        process = launch(lives, output());
        rig.notes().event(sort() + "-start", name, "pid " + running().pid());
    }

    /** Waits until it does its work. */
    final void awaitReady() {
        awaitReady(running());
    }

    /** Whether its process is there, be it paused. */
    final boolean isUp() {
        ChildProcess current = process;
        return current != null && current.isAlive();
    }

    /** Ends it at once (SIGKILL) and returns when it is gone. */
    final void kill() {
        ChildProcess current = running();
        rig.mark("kill -9 " + name);
        rig.notes().event(sort() + "-kill", identity(), "");
        current.kill();
        current.exitCode(PATIENCE);
    }

    /** Asks it to end (SIGTERM), waits for that and returns its exit code. */
    final int term() {
        ask();
        return ended();
    }

    /** Asks it to end (SIGTERM) and returns at once. */
    final void ask() {
        rig.mark("SIGTERM " + name);
        rig.notes().event(sort() + "-term", identity(), "");
        running().terminate();
    }

    /** Waits until it is gone, for whatever reason; returns its exit code. */
    final int ended() {
        return process().exitCode(PATIENCE);
    }

    /** Stops it from running (SIGSTOP): it keeps its connections and answers nothing. */
    final void pause() {
        rig.mark("SIGSTOP " + name);
        rig.notes().faultBegins("pause of " + name);
        running().pause();
    }

    /** Lets it go on (SIGCONT). */
    final void resume() {
        rig.mark("SIGCONT " + name);
        running().resume();
        rig.notes().faultEnds("pause of " + name);
    }

    /** Ends it without a word, if it is there: the run is over. */
    final void discard() {
        ChildProcess current = process;
        if (current != null && current.isAlive()) {
            current.kill();
            current.exitCode(PATIENCE);
        }
    }

    /** Its process, which may have ended. */
    final ChildProcess process() {
        ChildProcess current = process;
        if (current == null) {
            throw new IllegalStateException(name + " was never started");
        }
        return current;
    }

    /** Resident memory now, in bytes; 0 if it is not there. */
    final long rssBytes() {
        ChildProcess current = process;
        long bytes = current == null || !current.isAlive() ? 0 : Math.max(0, current.rssBytes());
        peakRssBytes = Math.max(peakRssBytes, bytes);
        return bytes;
    }

    /** Largest resident memory that {@link #rssBytes()} has seen. */
    final long peakRssBytes() {
        return peakRssBytes;
    }

    private ChildProcess running() {
        ChildProcess current = process();
        if (!current.isAlive()) {
            throw new IllegalStateException(name + " has ended with exit code " + current.exitCode(PATIENCE)
                    + " when nobody had asked it to; its last output:\n" + current.tail(20));
        }
        return current;
    }
}
