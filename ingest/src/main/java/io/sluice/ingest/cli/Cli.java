package io.sluice.ingest.cli;

import io.sluice.ingest.config.ConfigException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code sluice} command. */
@Command(
        name = "sluice",
        description = "Kafka ingestion gateway: records from Kafka, in batches over gRPC, to processors.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RunCommand.class,
            CheckCommand.class,
            ConfigCommand.class,
            LagCommand.class,
            WhyCommand.class,
            VersionCommand.class,
            CompletionCommand.class,
            HelpCommand.class
        },
        footer = {"", "Exit codes: 0 ok, 1 failure, 2 usage, 69 Kafka or gateway unreachable, 78 bad configuration."})
public final class Cli implements Runnable {
    private final Console console;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--debug",
            scope = CommandLine.ScopeType.INHERIT,
            description = "Log at debug level; print stack traces.")
    private boolean debug;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = CommandLine.ScopeType.INHERIT,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // picocli reads the annotation
    private boolean help;

    private Cli(Console console) {
        this.console = console;
    }

    /**
     * Runs one command and returns its exit code. Sets properties of the JVM that make Kafka clients safe.
     *
     * @param out results go here, and nothing else
     * @param err problems go here, one line each
     */
    public static int execute(String[] args, PrintStream out, PrintStream err, Map<String, String> env) {
        KafkaSafety.apply();
        return commandLine(new Console(out, err, env)).execute(args);
    }

    static CommandLine commandLine(Console console) {
        Cli root = new Cli(console);
        CommandLine line = new CommandLine(root, new Commands(root));
        line.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler(root::usage);
        line.setExecutionExceptionHandler((e, command, parsed) -> root.failed(e));
        return line;
    }

    Console console() {
        return console;
    }

    boolean debug() {
        return debug;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command given");
    }

    private int usage(ParameterException e, String[] args) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        console.err().println("sluice: " + Text.safe(String.valueOf(e.getMessage())) + "; see " + command + " --help");
        return ExitCode.USAGE;
    }

    private int failed(Exception e) {
        if (e instanceof ConfigException bad) {
            bad.lines().forEach(console.err()::println);
            return ExitCode.BAD_CONFIG;
        }
        if (debug) {
            e.printStackTrace(console.err());
        } else {
            console.err().println("sluice: " + Text.of(e) + "; --debug shows more");
        }
        return ExitCode.FAILURE;
    }

    /** Gives commands the root they belong to. */
    private static final class Commands implements CommandLine.IFactory {
        private final Cli root;

        Commands(Cli root) {
            this.root = root;
        }

        @Override
        public <K> K create(Class<K> type) throws Exception {
            for (var constructor : type.getDeclaredConstructors()) {
                if (constructor.getParameterCount() == 1 && constructor.getParameterTypes()[0] == Cli.class) {
                    return type.cast(constructor.newInstance(root));
                }
            }
            return CommandLine.defaultFactory().create(type);
        }
    }
}
