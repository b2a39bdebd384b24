package io.shareddb.server.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The stock {@code mariadb} client. Stateless. */
final class ClientProgram {
    private ClientProgram() {}

    /** What it printed, both streams together, and how it ended. */
    record Outcome(int exitCode, String output) {}

    /** Runs the script {@code sql} on a node. */
    static Outcome run(Cluster cluster, int node, Path sql) throws IOException, InterruptedException {
        Path output = Files.createTempFile("mariadb", ".out");
        Process process = new ProcessBuilder(
                        program(cluster).toString(),
                        "--no-defaults",
                        "--host=127.0.0.1",
                        "--port=" + cluster.mysqlPort(node),
                        "--user=root",
                        "--password=" + Cluster.PASSWORD,
                        "--skip-ssl",
                        "--default-character-set=utf8mb4",
                        "--show-warnings")
                .redirectErrorStream(true)
                .redirectInput(sql.toFile())
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the client did not end within 120 s: " + Files.readString(output));
        }
        return new Outcome(process.exitValue(), Files.readString(output));
    }

    /** The one that came with the engine which runs, else the one on the PATH. */
    private static Path program(Cluster cluster) throws IOException {
        Optional<Path> engine = ProcessHandle.of(cluster.enginePid(0))
                .flatMap(process -> process.info().command())
                .map(command -> Path.of(command).resolveSibling("mariadb"))
                .filter(Files::isExecutable);
        if (engine.isPresent()) {
            return engine.get();
        }
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .map(directory -> Path.of(directory, "mariadb"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IOException("no mariadb client, neither beside the engine nor on the PATH"));
    }
}
