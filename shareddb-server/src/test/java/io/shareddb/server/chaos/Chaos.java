package io.shareddb.server.chaos;

import io.shareddb.replication.engine.managed.EngineBinaries;
import io.shareddb.server.chaos.ChaosRun.Settings;
import io.shareddb.server.endtoend.EngineChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench/chaos.sh}: a run as long as one likes. */
@Command(
        name = "bench/chaos.sh",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Breaks a cluster of real processes again and again, and checks what its clients were told.",
            "Writes report.txt and report.json into --dir; keeps the history and the nodes' files when a promise was broken.",
            "The same seed gives the same row of faults; what they meet depends on the machine."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:no promise was broken", "1:some promise was broken"})
final class Chaos implements Callable<Integer> {
    @Option(names = "--seed", description = "Seed of the schedule. Default: random, printed.")
    private Optional<Long> seed = Optional.empty();

    @Option(
            names = "--duration",
            defaultValue = "10m",
            description = "After this no further fault is begun, for example 90s, 10m, 2h. Default: ${DEFAULT-VALUE}")
    private String duration;

    @Option(names = "--max-faults", defaultValue = "1000000", description = "The same by number.")
    private int maxFaults;

    @Option(
            names = "--faults",
            split = ",",
            paramLabel = "FAULT",
            description = "Only these, separated by commas; one named twice comes twice as often. Default: all.")
    private List<String> faults = List.of();

    @Option(names = "--without", split = ",", paramLabel = "FAULT", description = "All but these.")
    private List<String> without = List.of();

    @Option(
            names = "--per-round",
            defaultValue = "10",
            description = "Faults after which everything is checked. Default: ${DEFAULT-VALUE}")
    private int perRound;

    @Option(names = "--nodes", defaultValue = "3", description = "Default: ${DEFAULT-VALUE}")
    private int nodes;

    @Option(names = "--engine-binary", description = "mariadbd or mysqld. Default: the packaged one.")
    private Optional<Path> engine = Optional.empty();

    @Option(
            names = "--dir",
            defaultValue = "target/chaos",
            description = "For everything; emptied first. Default: ${DEFAULT-VALUE} of the server's module")
    private Path directory;

    @Option(names = "--list", description = "Lists the faults and the schedule of the seed, and does nothing.")
    private boolean list;

    @Spec
    private CommandSpec spec;

    /** The command line. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Chaos()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, SQLException, InterruptedException {
        List<FaultKind> kinds = kinds();
        long chosen = seed.orElseGet(() -> ThreadLocalRandom.current().nextLong(1_000_000));
        if (list) {
            Arrays.stream(FaultKind.values()).forEach(kind -> print("%-15s %s".formatted(kind.id(), kind.meaning())));
            Schedule schedule = new Schedule(chosen, kinds);
            Stream.generate(schedule::next).limit(20).forEach(fault -> print(fault.toString()));
            return 0;
        }
        Path home = directory.toAbsolutePath().normalize();
        print("seed " + chosen + ", " + home);
        Report report = ChaosRun.run(new Settings(
                chosen,
                Duration.parse("PT" + duration.toUpperCase(Locale.ROOT)),
                maxFaults,
                perRound,
                kinds,
                nodes,
                new EngineChoice(engine.map(path -> EngineBinaries.installed(path.toAbsolutePath()))),
                home));
        print(report.toString());
        return report.violations().isEmpty() ? 0 : 1;
    }

    private List<FaultKind> kinds() {
        List<FaultKind> named = faults.isEmpty()
                ? List.of(FaultKind.values())
                : faults.stream().map(FaultKind::ofId).toList();
        List<FaultKind> left = without.stream().map(FaultKind::ofId).toList();
        return named.stream().filter(kind -> !left.contains(kind)).toList();
    }

    private void print(String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }
}
