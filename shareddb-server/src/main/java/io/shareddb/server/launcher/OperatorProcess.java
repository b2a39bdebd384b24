package io.shareddb.server.launcher;

import io.shareddb.server.config.Setting;
import io.shareddb.server.launcher.ClusterPlan.NodePlan;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One operator as a child process: started again and again under its own name, stopped with its engine. Thread-safe.
 *
 * <p>The child ignores the terminal's interrupt, which goes to every process at once, because {@code up} stops the nodes in order. Its
 * standard input is a pipe that ends with {@code up}, however that ends; then it stops by itself.
 */
final class OperatorProcess {
    private final NodePlan node;
    private final Map<Setting, String> settings;
    private final Distribution distribution;

    private @Nullable Process process; // guarded by this

    OperatorProcess(NodePlan node, Map<Setting, String> settings, Distribution distribution) {
        this.node = node;
        this.settings = Map.copyOf(settings);
        this.distribution = distribution;
    }

    NodePlan node() {
        return node;
    }

    /** Starts it. @return completes with the exit code when it ends */
    synchronized CompletableFuture<Integer> start() throws IOException {
        Files.createDirectories(node.layout().directory());
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$@\"", "sh"));
        command.addAll(distribution.operatorCommand(
                node.layout().directory(), List.of("server", ServerCommand.STOP_WITH_STANDARD_INPUT)));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        node.layout().operatorLog().toFile()));
        Map<String, String> environment = builder.environment();
        for (Setting setting : Setting.values()) {
            environment.remove(setting.name());
            environment.remove(Setting.PREFIX + setting.name());
        }
        environment.remove("authMasterOnly");
        settings.forEach((setting, value) -> environment.put(setting.name(), value));
        process = builder.start();
        return process.onExit().thenApply(Process::exitValue);
    }

    synchronized long pid() {
        return process == null ? 0 : process.pid();
    }

    synchronized boolean alive() {
        return process != null && process.isAlive();
    }

    /** Asks it to stop, kills it when it has not within {@code grace}, and ends an engine that it left. Blocks. */
    void stop(Duration grace) throws InterruptedException {
        Process running;
        synchronized (this) {
            running = process;
        }
        if (running != null && running.isAlive()) {
            running.destroy();
            if (!running.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                running.destroyForcibly().waitFor();
            }
        }
        LeftEngine.kill(node.layout());
    }
}
