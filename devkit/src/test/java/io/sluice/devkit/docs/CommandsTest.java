package io.sluice.devkit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.devkit.demo.DemoCommand;
import io.sluice.devkit.faults.FaultsCommand;
import io.sluice.devkit.sim.SimulateCommand;
import io.sluice.ingest.cli.Cli;
import io.sluice.proto.processor.v1.ProcessorProto;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the pages tell readers to type works: commands with their options, files, and the Python snippet. */
class CommandsTest {
    private static final Pattern SLUICE = Pattern.compile("(?:\\./sluice|`sluice) ([a-z]+)([^#`\n|]*)");
    private static final Pattern OPTION = Pattern.compile("(?<=\\s)(--?[a-z][a-z-]*)");

    @Test
    void commandsAndOptionsThatAreShownExist() throws IOException {
        String launcher = Files.readString(Page.ROOT.resolve("sluice"));
        List<String> unknown = new ArrayList<>();
        int shown = 0;
        for (Page page : Page.all()) {
            for (var use : SLUICE.matcher(page.text()).results().toList()) {
                shown++;
                String command = use.group(1);
                String help = help(command);
                boolean known = launcher.contains("\n  " + command + " ") && !help.isEmpty();
                boolean options = OPTION.matcher(use.group(2)).results().allMatch(o -> lists(help, o.group(1)));
                if (!known || !options) {
                    unknown.add(page + ": " + use.group().strip());
                }
            }
        }

        assertThat(unknown).isEmpty();
        assertThat(shown).isGreaterThan(10);
    }

    @Test
    void filesThatAreTypedExist() throws IOException {
        String readme = Page.of("README.md").text() + Page.of("CONTRIBUTING.md").text();

        assertThat(List.of("processors-sample/python/generate.sh", ".ci/run", "proto/check.sh", "sluice"))
                .allMatch(file -> readme.contains(Path.of(file).getFileName().toString()))
                .allMatch(file -> Files.isExecutable(Page.ROOT.resolve(file)));
    }

    @Test
    void thePythonThatTheReadmeShowsUsesNamesOfTheContract() {
        Set<String> known = new HashSet<>();
        ProcessorProto.getDescriptor().getMessageTypes().forEach(type -> {
            known.add(type.getName());
            type.getFields().forEach(field -> known.add(field.getName()));
        });
        ProcessorProto.getDescriptor()
                .getEnumTypes()
                .forEach(type -> type.getValues().forEach(value -> known.add(value.getName())));
        String python = python();

        assertThat(names(python, "\\bpb\\.(\\w+)")).isNotEmpty().allMatch(known::contains);
        assertThat(names(python.replaceAll("(?s)async def serve.*", ""), "[(,] ?(\\w+)="))
                .isNotEmpty()
                .allMatch(known::contains);
        assertThat(names(python, "record\\.(?!HasField)(\\w+)")).allMatch(known::contains);
    }

    @Test
    void thePythonThatTheReadmeShowsCompiles(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("greeter.py"), python());
        Process process;
        try {
            process = new ProcessBuilder("python3", "-m", "py_compile", file.toString())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            Assumptions.abort("no python3 here");
            return;
        }
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(output).isZero();
    }

    private static String python() {
        List<String> blocks = Page.of("README.md").blocks("python");
        assertThat(blocks).hasSize(1);
        return blocks.get(0);
    }

    private static Stream<String> names(String text, String pattern) {
        return Pattern.compile(pattern).matcher(text).results().map(m -> m.group(1));
    }

    private static boolean lists(String help, String option) {
        return Pattern.compile("(?<![\\w-])" + Pattern.quote(option) + "(?![\\w-])")
                .matcher(help)
                .find();
    }

    /** The help of a command and of its subcommands; empty: there is no such command. */
    private static String help(String command) {
        if (command.equals("demo")) {
            return new CommandLine(new DemoCommand()).getUsageMessage();
        }
        if (command.equals("simulate")) {
            return new CommandLine(new SimulateCommand()).getUsageMessage();
        }
        if (command.equals("bench")) {
            // Built after this module: its options as they are written.
            return Page.of("bench/src/main/java/io/sluice/bench/BenchCommand.java")
                            .text()
                    + Page.of("devkit/src/main/java/io/sluice/devkit/ReportOptions.java")
                            .text();
        }
        if (command.equals("faults")) {
            return new CommandLine(new FaultsCommand()).getUsageMessage();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
                PrintStream none = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8)) {
            String[] args = command.equals("config") ? new String[] {"config", "effective", "--help"} : args(command);
            return Cli.execute(args, out, none, Map.of()) == 0 ? bytes.toString(StandardCharsets.UTF_8) : "";
        }
    }

    private static String[] args(String command) {
        return new String[] {command, "--help"};
    }
}
