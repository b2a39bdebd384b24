package io.shareddb.replication.engine.managed;

import io.shareddb.replication.engine.EngineException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the engine that an operator left which was itself killed. It is recognised by its command line, which names the data
 * directory, so neither a stale pid file nor a number used again can hit somebody else.
 */
final class LeftoverProcess {
    private static final Logger log = LoggerFactory.getLogger(LeftoverProcess.class);
    private static final Path PROCESSES = Path.of("/proc");
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private LeftoverProcess() {}

    /** {@code kill -9} to every process that works on {@code data}, and waits until they are gone. @return how many */
    static int end(Path data) throws InterruptedException {
        int ended = 0;
        if (!Files.isDirectory(PROCESSES)) {
            return ended;
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
            for (Path process : processes) {
                if (worksOn(process, data)) {
                    long pid = Long.parseLong(process.getFileName().toString());
                    Optional<ProcessHandle> handle = ProcessHandle.of(pid);
                    if (handle.isPresent()) {
                        log.warn("ending the engine of an earlier operator: pid={} data={}", pid, data);
                        end(handle.get());
                        ended++;
                    }
                }
            }
        } catch (IOException e) {
            throw new EngineException("cannot list processes: " + e.getMessage(), e);
        }
        return ended;
    }

    private static void end(ProcessHandle process) throws InterruptedException {
        process.destroyForcibly();
        try {
            process.onExit().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new EngineException(
                    "engine process " + process.pid() + " is still there " + LIMIT.toSeconds() + "s after kill -9", e);
        } catch (ExecutionException | CompletionException e) {
            throw new EngineException("cannot wait for engine process " + process.pid(), e);
        }
    }

    private static boolean worksOn(Path process, Path data) {
        try {
            String[] arguments = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                    .split("\0", -1);
            byte[] wanted = EngineOptions.dataOption(data).getBytes(StandardCharsets.UTF_8);
            String option = new String(wanted, StandardCharsets.ISO_8859_1);
            return !arguments[0].equals("") && Arrays.asList(arguments).contains(option);
        } catch (IOException e) {
            return false; // gone meanwhile, or of another user
        }
    }
}
