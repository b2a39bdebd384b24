package io.shareddb.server.launcher;

import io.shareddb.server.SharedDbNode;
import io.shareddb.server.SharedDbNodeBuilder;
import io.shareddb.server.config.LoggingConfig;
import io.shareddb.server.config.Setting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code shareddb prepare}, for the start script: a node comes and goes, so that the engine is unpacked and the JVM that runs this can
 * write down which classes a node loads.
 */
@Command(
        name = "prepare",
        hidden = true,
        mixinStandardHelpOptions = true,
        description =
                "Starts a node in a temporary directory and stops it; the start script records the loaded classes.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:the node did not start"})
final class PrepareCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @Option(
            names = "--engine-binary",
            paramLabel = "PATH",
            description = "mariadbd or mysqld to run. Default: the one that comes with Shared DB.")
    private Optional<Path> engineBinary = Optional.empty();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("shareddb-prepare");
        try {
            LoggingSetup.apply(new LoggingConfig(Optional.of(directory.resolve("operator.log")), "INFO"));
            List<Integer> ports = freePorts(4);
            SharedDbNodeBuilder builder = SharedDbNode.builder()
                    .dataDirectory(directory)
                    .password("prepare")
                    .ports(ports.get(0), ports.get(1), ports.get(2), ports.get(3));
            engineBinary.ifPresent(path ->
                    builder.set(Setting.ENGINE_BINARY, path.toAbsolutePath().toString()));
            if (engineBinary.isEmpty()) {
                Distribution.current().engineJar().ifPresent(jar -> builder.set(Setting.ENGINE_JAR, jar.toString()));
            }
            try (SharedDbNode node = builder.start()) {
                node.awaitReady(LIMIT);
                var unused = new StatusClient().cluster("http://127.0.0.1:" + ports.get(1));
            }
            return ExitCodes.OK;
        } catch (TimeoutException e) {
            throw new LaunchException(ExitCodes.FAILED, String.valueOf(e.getMessage()));
        } finally {
            delete(directory);
        }
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        List<Path> paths;
        try (Stream<Path> tree = Files.walk(directory)) {
            paths = tree.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }
}
