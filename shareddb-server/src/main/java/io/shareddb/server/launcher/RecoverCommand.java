package io.shareddb.server.launcher;

import io.shareddb.cluster.member.FileStateStore;
import io.shareddb.cluster.member.StateException;
import io.shareddb.cluster.recovery.Recovery;
import io.shareddb.cluster.recovery.RecoveryException;
import io.shareddb.cluster.recovery.Survivor;
import io.shareddb.replication.engine.managed.ManagedEngine;
import io.shareddb.server.config.ConfigException;
import io.shareddb.server.config.NodeConfig;
import io.shareddb.server.config.Setting;
import io.shareddb.server.layout.DirectoryInUseException;
import io.shareddb.server.layout.NodeLayout;
import io.shareddb.server.layout.PidFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code shareddb recover}. */
@Command(
        name = "recover",
        mixinStandardHelpOptions = true,
        description = {
            "Lets a cluster go on that lost more than half of its voters for good. Run it where a surviving node was stopped, with that",
            "node's settings: it asks the other nodes, shows what is there, what would be done and what may be lost, and changes",
            "nothing without --yes. Of a directory that up made, the password that up keeps is taken.",
            "Afterwards the survivor is a cluster of its own, which other nodes join with empty directories. Lost nodes that come",
            "back are refused. See docs/operations.md."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, or shown",
            "2:wrong options or settings",
            "3:a directory cannot be read or changed",
            "7:it must not be done, nothing was changed"
        })
final class RecoverCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..*",
            paramLabel = "DIRECTORY",
            description = "DATA_DIR of each surviving voter that is on this machine. Default: the setting.")
    private List<Path> directories = List.of();

    @Option(names = "--yes", description = "Do it.")
    private boolean yes;

    @Option(
            names = "--without-asking",
            description =
                    "With --yes: do it although other nodes could not be asked whether they live. Where a majority of them"
                            + " does, there are two clusters afterwards.")
    private boolean withoutAsking;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Map<Setting, String> flags = SettingOptions.given(spec.commandLine().getParseResult());
        flags.putIfAbsent(Setting.CLUSTER_SIZE, "1"); // so that PEERS need not be there: the members are known
        flags.putIfAbsent(Setting.LOG_LEVEL, "ERROR");
        RemainingNodes others;
        List<Path> places = new ArrayList<>(directories);
        try {
            NodeConfig config = RecoverySettings.read(System.getenv(), flags, directories);
            LoggingSetup.apply(config.logging());
            others = RemainingNodes.of(config);
            if (places.isEmpty()) {
                places.add(config.dataDirectory());
            }
        } catch (ConfigException e) {
            if (places.isEmpty()) {
                throw e;
            }
            others = RemainingNodes.notAsked(String.join("; ", e.problems()));
        }
        try (Held held = new Held();
                RemainingNodes remaining = others) {
            for (Path place : places) {
                held.open(place);
            }
            return recover(held.survivors, remaining);
        } catch (RecoveryException | StateException e) {
            throw new LaunchException(ExitCodes.REFUSED, String.valueOf(e.getMessage()));
        } catch (DirectoryInUseException e) {
            throw new LaunchException(
                    ExitCodes.REFUSED, e.getMessage() + ": stop that node first; nothing was changed");
        } catch (IOException e) {
            throw new LaunchException(ExitCodes.CANNOT_START, String.valueOf(e.getMessage()));
        }
    }

    private int recover(List<Survivor> survivors, RemainingNodes remaining) throws IOException {
        Console console = new Console(spec);
        remaining.ask(survivors);
        RecoveryReport report = new RecoveryReport(survivors, remaining);
        console.print(report.found());
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        Recovery recovery = Recovery.of(
                survivors, remaining.aliveVoters(), UUID.randomUUID().toString(), now);
        if (recovery.resumes()) {
            console.print("The recovery of " + recovery.plan().at() + " was not finished: it is now.");
        } else {
            remaining.checkNoneKnowsMore(recovery.chosen());
            console.print(report.proposed(recovery));
            Optional<String> unclear = withoutAsking ? Optional.empty() : remaining.unclear();
            if (!yes) {
                console.print(System.lineSeparator() + "Nothing was changed. To do it: the same command with --yes"
                        + unclear.map(why -> ", which is refused as long as " + why)
                                .orElse(""));
                return ExitCodes.OK;
            }
            unclear.ifPresent(why -> {
                throw new RecoveryException(why + "; nothing was changed");
            });
        }
        recovery.apply();
        LoggerFactory.getLogger(RecoverCommand.class).info("recovered: {}", recovery.plan());
        console.print(report.done(recovery));
        return ExitCodes.OK;
    }

    /** The survivors' directories, taken as by running nodes. */
    private static final class Held implements AutoCloseable {
        private final Deque<Closeable> open = new ArrayDeque<>();
        private final List<Survivor> survivors = new ArrayList<>();

        void open(Path place) throws IOException {
            NodeLayout layout = new NodeLayout(place.toAbsolutePath().normalize());
            if (!Files.isDirectory(layout.log())) {
                throw new RecoveryException(place + " is not the directory of a node: it has no " + layout.log());
            }
            open.push(PidFile.take(layout.operatorPid())::close);
            Survivor survivor = Survivor.open(
                    place.toString(),
                    new FileStateStore(layout.directory()),
                    layout.log(),
                    layout.archive(),
                    ManagedEngine.families());
            open.push(survivor::close);
            survivors.add(survivor);
        }

        @Override
        public void close() throws IOException {
            while (!open.isEmpty()) {
                open.pop().close();
            }
        }
    }
}
