package io.sluice.ingest.cli;

import io.sluice.ingest.Gateway;
import io.sluice.ingest.config.ConfigException;
import io.sluice.ingest.config.ConfigLoader;
import io.sluice.ingest.config.SluiceConfig;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "run",
        description = {
            "Run the gateway until SIGTERM or SIGINT.",
            "The first one drains: open batches settle, offsets are committed, exit 0. The second one stops now, exit 1:"
                    + " what was open is delivered again. So does a drain that takes too long."
        })
final class RunCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

    private final Cli root;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final AtomicInteger signals = new AtomicInteger();

    @Mixin
    private ConfigSource source = new ConfigSource();

    @Option(
            names = "--drain",
            paramLabel = "SECONDS",
            defaultValue = "25",
            description = "Longest time to drain before the process ends (default: ${DEFAULT-VALUE}).")
    private int drainSeconds;

    @Option(names = "--log", paramLabel = "FORMAT", description = "text or json; without it, text on a terminal.")
    private Logging.Choice log = Logging.Choice.AUTO;

    RunCommand(Cli root) {
        this.root = root;
    }

    @Override
    public Integer call() throws ConfigException, InterruptedException {
        SluiceConfig config = source.load(root.console());
        Logging.configure(log, root.debug());
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> LOG.atError()
                .addKeyValue("thread", thread.getName())
                .setCause(e)
                .log("A thread ended by an error that nothing handled"));
        ConfigLoader.warnings(config).forEach(LOG::warn);
        boolean listens = Signals.on("TERM", this::signalled);
        Signals.on("INT", this::signalled);
        Gateway gateway;
        try {
            gateway = Gateway.start(config);
        } catch (IOException e) {
            root.console().err().println("sluice: " + e.getMessage() + "; nothing was started");
            return ExitCode.FAILURE;
        }
        LOG.atInfo()
                .addKeyValue("version", VersionCommand.version())
                .addKeyValue("pipelines", config.pipelines().size())
                .addKeyValue(
                        "admin", config.admin().host() + ":" + config.admin().port())
                .log("Gateway started");
        if (!listens) {
            Runtime.getRuntime().addShutdownHook(new Thread(gateway::close, "drain"));
        }
        stop.await();
        return drain(gateway);
    }

    private void signalled() {
        if (signals.incrementAndGet() == 1) {
            stop.countDown();
        } else {
            root.console()
                    .err()
                    .println("sluice: stopped at once by a second signal; what was open is delivered again");
            Runtime.getRuntime().halt(ExitCode.FAILURE);
        }
    }

    private int drain(Gateway gateway) throws InterruptedException {
        LOG.atInfo().addKeyValue("limit_seconds", drainSeconds).log("Draining");
        Thread closing = new Thread(gateway::close, "drain");
        closing.setDaemon(true);
        AtomicInteger failures = new AtomicInteger();
        closing.setUncaughtExceptionHandler((thread, e) -> {
            failures.incrementAndGet();
            LOG.atError().setCause(e).log("Draining failed; what was open is delivered again");
        });
        closing.start();
        closing.join(Math.max(1, drainSeconds) * 1_000L);
        if (closing.isAlive()) {
            LOG.atWarn()
                    .addKeyValue("limit_seconds", drainSeconds)
                    .log("Not drained in time; what is open is delivered again");
            return ExitCode.FAILURE;
        }
        LOG.info("Gateway stopped");
        return failures.get() == 0 ? ExitCode.OK : ExitCode.FAILURE;
    }
}
