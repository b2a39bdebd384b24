package io.shareddb.server.proxy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Client programs of the machine. */
final class Programs {
    private Programs() {}

    static boolean installed(String program) {
        return Arrays.stream(String.valueOf(System.getenv("PATH")).split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder).resolve(program)));
    }

    /** Whether {@code command} ends well: a library that a test needs is there. */
    static boolean works(Path directory, String... command) throws IOException, InterruptedException {
        return installed(command[0]) && execute(directory, "", List.of(command)).exit() == 0;
    }

    /** @param output what it wrote, errors too */
    record Result(int exit, String output) {}

    /** Runs {@code command} on {@code input} until it ends, for a minute at most; files go to {@code directory}. */
    static Result execute(Path directory, String input, List<String> command) throws IOException, InterruptedException {
        Path in = Files.writeString(directory.resolve("input.txt"), input, StandardCharsets.UTF_8);
        Path out = directory.resolve("output.txt");
        Process process = new ProcessBuilder(command)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectErrorStream(true)
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(command.get(0) + " does not end: " + Files.readString(out));
        }
        return new Result(process.exitValue(), Files.readString(out));
    }
}
