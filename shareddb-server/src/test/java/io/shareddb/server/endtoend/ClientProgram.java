package io.shareddb.server.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The stock {@code mariadb} client. Stateless. */
final class ClientProgram {
    private ClientProgram() {}

    /** What it printed, both streams together, and how it ended. */
    record Outcome(int exitCode, String output) {}

    /** Runs the script {@code sql} on a node. */
    static Outcome run(Cluster cluster, int node, Path sql) throws IOException, InterruptedException {
        Path output = Files.createTempFile("mariadb", ".out");
        Process process = new ProcessBuilder(
                        program().toString(),
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

    /** The one that comes with the packaged engine. */
    private static Path program() {
        return EngineChoice.packaged().binaries().server().resolveSibling("mariadb");
    }
}
