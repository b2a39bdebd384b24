package io.shareddb.server.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packaged launcher as a process. Stateless. */
final class Launcher {
    private static final Path JAR = Path.of("target", "shareddb-server.jar").toAbsolutePath();

    private Launcher() {}

    /** What a command wrote, both streams together, and how it ended. */
    record Outcome(int exitCode, String output) {}

    /** Starts {@code arguments} in the background; its output is appended to {@code output}. */
    static Process start(Path output, Map<String, String> environment, List<String> arguments) throws IOException {
        if (!Files.isReadable(JAR)) {
            throw new AssertionError(JAR + " is missing: package the module first (mvn package)");
        }
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m"));
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", JAR.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** Runs {@code arguments} to their end. */
    static Outcome run(Path directory, String... arguments) throws IOException, InterruptedException {
        return run(directory, Map.of(), arguments);
    }

    /** The same with variables. */
    static Outcome run(Path directory, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "launcher", ".out");
        Process process = start(output, environment, List.of(arguments));
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(
                    "did not end within 60 s: " + List.of(arguments) + "\n" + Files.readString(output));
        }
        return new Outcome(process.exitValue(), Files.readString(output));
    }
}
