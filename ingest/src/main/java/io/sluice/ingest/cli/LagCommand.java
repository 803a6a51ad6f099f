package io.sluice.ingest.cli;

import io.sluice.ingest.config.ConfigException;
import io.sluice.ingest.config.Json;
import io.sluice.ingest.config.PipelineConfig;
import io.sluice.ingest.config.SluiceConfig;
import io.sluice.ingest.source.LagReader;
import io.sluice.ingest.source.LagReader.Lag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "lag",
        description = "Ask Kafka how far each pipeline is: committed offset, end and records between, per partition.")
final class LagCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofSeconds(8);

    private final Cli root;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private ConfigSource source = new ConfigSource();

    @Option(
            names = {"-p", "--pipeline"},
            paramLabel = "NAME",
            description = "Only this pipeline.")
    private @Nullable String only;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "text",
            description = "text or json.")
    private Format output = Format.TEXT;

    LagCommand(Cli root) {
        this.root = root;
    }

    /** The JSON of {@code lag -o json}. */
    private record Result(long lag, List<Lag> partitions) {}

    @Override
    public Integer call() throws ConfigException, InterruptedException {
        SluiceConfig config = source.load(root.console());
        Logging.configure(Logging.Choice.TEXT, root.debug());
        if (!root.debug()) {
            Logging.silence("org.apache.kafka");
        }
        int exit = ExitCode.OK;
        List<Lag> lags = new ArrayList<>();
        for (PipelineConfig pipeline : chosen(config)) {
            try (LagReader reader = new LagReader(config.adminProperties(pipeline), LIMIT)) {
                lags.addAll(reader.read(pipeline));
            } catch (LagReader.UnreachableException e) {
                String servers = config.adminProperties(pipeline).get("bootstrap.servers");
                problem(
                        pipeline,
                        "Kafka at " + servers + " unreachable: " + e.getMessage() + " (" + LIMIT.toSeconds() + " s)");
                return ExitCode.UNREACHABLE;
            } catch (LagReader.RefusedException e) {
                problem(pipeline, Text.of(e));
                exit = ExitCode.FAILURE;
            }
        }
        print(lags);
        return exit;
    }

    private List<PipelineConfig> chosen(SluiceConfig config) {
        List<PipelineConfig> chosen = config.pipelines().stream()
                .filter(pipeline -> only == null || pipeline.name().equals(only))
                .toList();
        if (chosen.isEmpty()) {
            List<String> names =
                    config.pipelines().stream().map(PipelineConfig::name).toList();
            throw new ParameterException(
                    spec.commandLine(), "no pipeline " + only + "; allowed " + String.join(", ", names));
        }
        return chosen;
    }

    private void problem(PipelineConfig pipeline, String text) {
        root.console().err().println("sluice: pipeline " + pipeline.name() + ": " + text);
    }

    private void print(List<Lag> lags) {
        long total = lags.stream().mapToLong(Lag::lag).sum();
        if (output == Format.JSON) {
            root.console().out().println(Json.write(new Result(total, lags)));
            return;
        }
        if (lags.isEmpty()) {
            return; // why, was said for each pipeline
        }
        Table table = new Table("PIPELINE", "TOPIC", "PARTITION", "COMMITTED", "END", "LAG");
        for (Lag lag : lags) {
            String committed = lag.committed() == null ? "-" : Long.toString(lag.committed());
            table.row(
                    lag.pipeline(),
                    lag.topic(),
                    Integer.toString(lag.partition()),
                    committed,
                    Long.toString(lag.end()),
                    Long.toString(lag.lag()));
        }
        root.console().out().print(table);
        root.console().out().println("total lag " + total);
    }
}
