package io.shareddb.server.launcher;

import io.shareddb.server.launcher.ClusterPlan.NodePlan;
import io.shareddb.server.layout.PidFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Looks for what would make a start fail, before anything is started. Stateless. */
final class Preflight {
    private Preflight() {}

    /** Makes {@code directory} and tries to write there. */
    static void checkWritable(Path directory) {
        try {
            Files.createDirectories(directory);
            Files.delete(Files.createTempFile(directory, "write", ".test"));
        } catch (IOException e) {
            throw new LaunchException(
                    ExitCodes.CANNOT_START,
                    "--dir: " + directory + " (expected: a directory that can be written; " + e + ")");
        }
    }

    /** The nodes that an earlier start left in {@code directory}; 0 for a new one. */
    static int nodesIn(Path directory) {
        int count = 0;
        while (Files.isDirectory(directory.resolve("node" + (count + 1)))) {
            count++;
        }
        return count;
    }

    /** Names each node whose operator still runs, for example after {@code up} itself was killed. */
    static List<String> liveOperators(List<NodePlan> nodes) {
        return nodes.stream()
                .filter(node -> PidFile.taken(node.layout().operatorPid()))
                .map(node -> node.name() + " (pid "
                        + PidFile.read(node.layout().operatorPid()).orElse(0) + ")")
                .toList();
    }

    /** Every port must be a port, different from the others, and free. */
    static void checkPorts(List<NodePlan> nodes) {
        List<String> problems = new ArrayList<>();
        Map<Integer, String> used = new HashMap<>();
        for (NodePlan node : nodes) {
            Stream.of(
                            Map.entry("--mysql-port", node.mysqlPort()),
                            Map.entry("--ui-port", node.uiPort()),
                            Map.entry("--api-port", node.apiPort()),
                            Map.entry("--api-port (log)", node.raftPort()))
                    .forEach(port -> checkPort(port.getKey(), node.name(), port.getValue(), used, problems));
        }
        if (!problems.isEmpty()) {
            throw new LaunchException(
                    ExitCodes.CANNOT_START, String.join(System.lineSeparator() + "       ", problems));
        }
    }

    private static void checkPort(
            String option, String node, int port, Map<Integer, String> used, List<String> problems) {
        String name = option + ": " + port + " for " + node;
        String other = used.putIfAbsent(port, name);
        if (other != null) {
            problems.add(name + " is taken by " + other + " (expected: ports that do not overlap)");
        } else if (port < 1 || port > 65_535) {
            problems.add(name + " (expected: 1 to 65535)");
        } else if (!free(port)) {
            problems.add(name + " is in use by another program (expected: a free port)");
        }
    }

    private static boolean free(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true); // as the servers do: a connection in TIME_WAIT is no obstacle
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
