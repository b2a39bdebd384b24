package io.shareddb.server.launcher;

import io.shareddb.server.layout.NodeLayout;
import io.shareddb.server.layout.PidFile;
import java.util.Arrays;
import java.util.OptionalLong;

/** Ends an engine whose operator died before it could. Stateless. */
final class LeftEngine {
    private LeftEngine() {}

    /** Kills the process that {@code engine.pid} names, if it is this node's engine and not another process that got its number. */
    static void kill(NodeLayout layout) {
        OptionalLong pid = PidFile.read(layout.enginePid());
        if (pid.isEmpty()) {
            return;
        }
        ProcessHandle.of(pid.getAsLong())
                .filter(process -> isEngineOf(layout, process))
                .ifPresent(process -> {
                    process.destroyForcibly();
                    process.onExit().join();
                });
    }

    private static boolean isEngineOf(NodeLayout layout, ProcessHandle process) {
        String directory = layout.directory().toString();
        return process.info()
                .arguments()
                .map(arguments -> Arrays.stream(arguments).anyMatch(argument -> argument.contains(directory)))
                .orElse(false);
    }
}
