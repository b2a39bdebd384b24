package io.shareddb.server.chaos;

import io.shareddb.server.endtoend.Processes;
import io.shareddb.server.layout.NodeLayout;
import io.shareddb.server.layout.PidFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One operator, started again a second after it ended unless it is held down. Thread-safe. */
final class OperatorProcess {
    private static final Logger log = LoggerFactory.getLogger(OperatorProcess.class);
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final Path JAR = TARGET.resolve("shareddb-server.jar");
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final NodeLayout layout;
    private final Path output;
    private final Map<String, String> settings;
    private final List<String> jvmFlags;
    private @Nullable Process process; // guarded by this
    private boolean heldDown; // guarded by this
    private boolean stopping; // guarded by this

    /** @param output for what it says before it has a log */
    OperatorProcess(NodeLayout layout, Path output, Map<String, String> settings, List<String> jvmFlags) {
        this.layout = layout;
        this.output = output;
        this.settings = settings;
        this.jvmFlags = jvmFlags;
    }

    synchronized void start() throws IOException {
        if (heldDown || stopping || (process != null && process.isAlive())) {
            return;
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + TARGET.resolve("operator.jvm"));
        Path classes = TARGET.resolve("shareddb.jsa");
        if (Files.isReadable(classes)) {
            command.addAll(List.of("-XX:SharedArchiveFile=" + classes, "-Xlog:cds=off", "-Xlog:cds+dynamic=off"));
        }
        command.add("-XX:ErrorFile=" + layout.directory().resolve("operator.crash.%p.log"));
        command.addAll(jvmFlags);
        command.addAll(List.of("-jar", JAR.toString(), "server", "--stop-with-standard-input"));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        builder.environment().putAll(settings);
        Process started = builder.start();
        process = started;
        var unused = started.onExit().thenAccept(this::ended);
    }

    private void ended(Process ended) {
        log.info("{}: operator ended with {}", layout.directory().getFileName(), ended.exitValue());
        var unused = CompletableFuture.runAsync(
                this::startAgain, CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void startAgain() {
        try {
            start();
        } catch (IOException e) {
            log.error("{}: operator cannot be started", layout.directory().getFileName(), e);
        }
    }

    void holdDown(boolean down) {
        synchronized (this) {
            heldDown = down;
        }
        if (!down) {
            startAgain();
        }
    }

    /** SIGTERM, then whatever it takes; its engine ends as well. Blocks. */
    void stop(Duration grace) {
        Process running;
        synchronized (this) {
            stopping = true;
            running = process;
        }
        long engine = PidFile.read(layout.enginePid()).orElse(0);
        try {
            if (running != null && running.isAlive()) {
                running.destroy();
                if (!running.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                    log.warn("{}: did not stop in {} s", layout.directory().getFileName(), grace.toSeconds());
                    running.destroyForcibly().waitFor();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            running.destroyForcibly();
        }
        if (isOurs(engine)) {
            Processes.kill(engine);
        }
    }

    /** Process ids are given again. */
    private boolean isOurs(long pid) {
        return pid > 0 && Processes.mentions(pid, layout.directory());
    }
}
