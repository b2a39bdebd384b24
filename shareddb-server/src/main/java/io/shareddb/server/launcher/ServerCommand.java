package io.shareddb.server.launcher;

import io.shareddb.cluster.repair.LogReplacedException;
import io.shareddb.server.SharedDbNode;
import io.shareddb.server.config.NodeConfig;
import io.shareddb.server.layout.DirectoryInUseException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code shareddb server}: one node in this process. */
@Command(
        name = "server",
        mixinStandardHelpOptions = true,
        description = {
            "Runs one node, set up by the environment; each variable is also an option and a key in CONFIG_FILE.",
            "Stops in order on SIGTERM: clients are let finish, an ended leadership is handed over, the engine is shut down.",
            "DB_INIT_PASS and CLUSTER_SECRET have no option, because every user of the machine could read it."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "2:wrong settings; all of them are named",
            "3:cannot start: a port is in use, DATA_DIR cannot be written or is in use",
            "5:the node failed: its log's disk, its engine, its cluster refused it",
            "130, 143:stopped by Ctrl-C or SIGTERM, in order"
        })
final class ServerCommand implements Callable<Integer> {
    static final String STOP_WITH_STANDARD_INPUT = "--stop-with-standard-input";

    @Option(
            names = STOP_WITH_STANDARD_INPUT,
            description = "Stop in order when standard input ends: with the process that holds its other end.")
    private boolean stopWithStandardInput;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        NodeConfig config = config();
        LoggingSetup.apply(config.logging());
        Logger log = LoggerFactory.getLogger(ServerCommand.class);
        CompletableFuture<Void> ending = new CompletableFuture<>();
        CountDownLatch closed = new CountDownLatch(1);
        Thread hook = new Thread(
                () -> {
                    ending.complete(null);
                    try {
                        closed.await(); // the process ends when this does
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    LoggingSetup.close();
                },
                "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        if (stopWithStandardInput) {
            StandardInputWatch.start(() -> ending.complete(null));
        }
        try {
            while (true) {
                Optional<Throwable> failure = run(config, ending);
                if (failure.isEmpty()) {
                    return ExitCodes.OK;
                }
                if (!(failure.get() instanceof LogReplacedException)) {
                    log.error("{} failed", config.nodeName(), failure.get());
                    return ExitCodes.NODE_FAILED;
                }
                log.warn("{} starts again: {}", config.nodeName(), failure.get().getMessage());
            }
        } catch (DirectoryInUseException e) {
            throw new LaunchException(ExitCodes.CANNOT_START, "DATA_DIR: " + e.getMessage());
        } catch (IOException e) {
            throw new LaunchException(ExitCodes.CANNOT_START, String.valueOf(e.getMessage()));
        } finally {
            closed.countDown();
        }
    }

    /** Runs a node until it fails or is to stop. @return why it failed; empty: it was to stop */
    private static Optional<Throwable> run(NodeConfig config, CompletableFuture<Void> ending) throws IOException {
        try (SharedDbNode node = SharedDbNode.start(config)) {
            CompletableFuture<Optional<Throwable>> end = new CompletableFuture<>();
            var unused = ending.thenAccept(stop -> end.complete(Optional.empty()));
            var unusedToo = node.failure().thenAccept(cause -> end.complete(Optional.of(cause)));
            return end.join();
        }
    }

    private NodeConfig config() {
        NodeConfig config = NodeConfig.read(
                System.getenv(), SettingOptions.given(spec.commandLine().getParseResult()));
        return config.engine().jar().isPresent()
                ? config
                : config.withEngineJar(Distribution.current().engineJar());
    }
}
