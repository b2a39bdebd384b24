package io.shareddb.server;

import io.shareddb.server.config.NodeConfig;
import io.shareddb.server.config.Ports;
import io.shareddb.server.layout.NodeLayout;
import io.shareddb.server.layout.PidFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Which port the engine of a node gets: the configured one, else the one that it had before, else a free one. Stateless. */
final class EnginePort {
    private static final int FIRST_PORT = 20_000;
    private static final int FIRST_EPHEMERAL_PORT = 32_768; // Linux: net.ipv4.ip_local_port_range
    private static final int PORTS = FIRST_EPHEMERAL_PORT - FIRST_PORT;
    private static final int TRIES = 100;

    private EnginePort() {}

    /** The port; kept in {@link NodeLayout#enginePort} when it was chosen here. */
    static int of(NodeConfig node, NodeLayout layout) throws IOException {
        if (node.engine().port().isPresent()) {
            return node.engine().port().get();
        }
        Optional<Integer> kept = read(layout.enginePort());
        if (kept.isPresent() && (earlierEngineRuns(layout) || free(kept.get()).isPresent())) {
            return kept.get();
        }
        int port = choose(node.ports());
        Files.writeString(layout.enginePort(), port + "\n");
        return port;
    }

    /**
     * One that follows from where the node listens: nodes that start on a machine at the same moment, and so find the same ports free,
     * choose different ones. None that connections get by themselves while the engine is down.
     */
    private static int choose(Ports own) throws IOException {
        int port = own.api() + own.bindAddress().hashCode();
        for (int i = 0; i < TRIES; i++) {
            int candidate = FIRST_PORT + Math.floorMod(port, PORTS);
            if (free(candidate).isPresent()) {
                return candidate;
            }
            port = ThreadLocalRandom.current().nextInt(PORTS);
        }
        return free(0).orElseThrow(() -> new IOException("no free port on 127.0.0.1 for the engine"));
    }

    private static Optional<Integer> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Integer.parseInt(Files.readString(file).strip()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** The engine of an operator that died may hold the port; it is ended before the next one starts. */
    private static boolean earlierEngineRuns(NodeLayout layout) {
        return PidFile.read(layout.enginePid()).stream()
                .anyMatch(
                        pid -> ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
    }

    /** @param port 0: any */
    private static Optional<Integer> free(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return Optional.of(socket.getLocalPort());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
