package io.sluice.ingest.cli;

import io.sluice.ingest.admin.PipelineWhy;
import io.sluice.ingest.config.ConfigException;
import io.sluice.ingest.config.ConfigLoader;
import io.sluice.ingest.config.Json;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "why",
        description = "Ask a running gateway what holds each partition of a pipeline: record, attempts, last failure.")
final class WhyCommand implements Callable<Integer> {
    private static final String DEFAULT_URL = "http://127.0.0.1:9464";
    private static final int NAMED = 10;

    private final Cli root;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "PIPELINE", description = "Name of the pipeline.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String pipeline;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "Admin port of the gateway; default " + DEFAULT_URL + ".")
    private @Nullable String url;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Take the admin port from this configuration.")
    private @Nullable Path config;

    @Option(names = "--partition", paramLabel = "TOPIC-N", description = "Only this partition, as quakes-3.")
    private @Nullable String only;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    WhyCommand(Cli root) {
        this.root = root;
    }

    @Override
    public Integer call() throws ConfigException, InterruptedException {
        AdminPort admin = adminPort();
        HttpResponse<String> response;
        try {
            String name = URLEncoder.encode(pipeline, StandardCharsets.UTF_8).replace("+", "%20");
            response = admin.get("api/v1/pipelines/" + name + "/why");
        } catch (IOException e) {
            problem("gateway at " + admin + " unreachable: " + Text.of(e) + "; it runs, and --url is its admin port?");
            return ExitCode.UNREACHABLE;
        }
        PipelineWhy why = response.statusCode() == 200 ? read(response.body()) : null;
        if (why == null) {
            return refused(admin, response);
        }
        print(filtered(why));
        return ExitCode.OK;
    }

    private AdminPort adminPort() throws ConfigException {
        if (url != null && config != null) {
            throw new ParameterException(spec.commandLine(), "--url given beside --config; allowed one of the two");
        }
        String chosen = url == null ? DEFAULT_URL : url;
        if (config != null) {
            chosen = AdminPort.url(
                    ConfigLoader.load(config, root.console().env(), List.of()).admin());
        }
        try {
            return AdminPort.at(chosen);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--url " + chosen + ": " + e.getMessage());
        }
    }

    private static @Nullable PipelineWhy read(String body) {
        PipelineWhy why = Json.read(body, PipelineWhy.class);
        return why == null || why.partitions() == null ? null : why;
    }

    private int refused(AdminPort admin, HttpResponse<String> response) {
        Map<?, ?> answer = Json.read(response.body(), Map.class);
        Object detail = answer == null ? null : answer.get("detail");
        if (response.statusCode() == 404 && detail instanceof String text && text.startsWith("no pipeline")) {
            throw new ParameterException(spec.commandLine(), text);
        }
        problem(admin + " is no Sluice gateway, or one that does not know this question: status "
                + response.statusCode() + (detail == null ? "" : ", " + Text.safe(detail.toString())));
        return ExitCode.FAILURE;
    }

    private PipelineWhy filtered(PipelineWhy why) {
        if (only == null) {
            return why;
        }
        List<PipelineWhy.Partition> chosen =
                why.partitions().stream().filter(p -> name(p).equals(only)).toList();
        if (chosen.isEmpty()) {
            String here = why.partitions().stream()
                    .map(WhyCommand::name)
                    .sorted()
                    .limit(NAMED)
                    .collect(Collectors.joining(", "));
            throw new ParameterException(
                    spec.commandLine(),
                    "partition " + only + " is not with this gateway, which has "
                            + (here.isEmpty()
                                    ? "none"
                                    : here + (why.partitions().size() > NAMED ? ", ..." : "")));
        }
        return new PipelineWhy(why.name(), why.state(), why.reason(), why.stalled(), chosen);
    }

    private static String name(PipelineWhy.Partition p) {
        return p.topic() + "-" + p.partition();
    }

    private void print(PipelineWhy why) {
        var out = root.console().out();
        if (json) {
            out.println(Json.write(why));
            return;
        }
        String reason = why.reason();
        out.println(why.name() + " " + why.state()
                + (why.stalled() == null ? "" : ", stalled " + why.stalled())
                + (reason == null ? "" : ": " + Text.safe(reason)));
        int settled = 0;
        for (PipelineWhy.Partition p : why.partitions()) {
            if (only == null && p.head() == null && p.lagRecords() == 0) {
                settled++;
            } else {
                out.println(Text.safe(p.text()));
            }
        }
        if (settled > 0) {
            out.println(settled + (settled == 1 ? " partition is" : " partitions are") + " settled to the end");
        } else if (why.partitions().isEmpty()) {
            out.println("no partition is with this gateway");
        }
    }

    private void problem(String text) {
        root.console().err().println("sluice: " + text);
    }
}
