package io.shareddb.server;

import io.shareddb.server.config.EngineConfig;
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
    private static final int TRIES = 100;

    private EnginePort() {}

    /** The port; kept in {@link NodeLayout#enginePort} when it was chosen here. */
    static int of(EngineConfig config, NodeLayout layout) throws IOException {
        if (config.port().isPresent()) {
            return config.port().get();
        }
        Optional<Integer> kept = read(layout.enginePort());
        if (kept.isPresent() && (earlierEngineRuns(layout) || free(kept.get()).isPresent())) {
            return kept.get();
        }
        int port = choose();
        Files.writeString(layout.enginePort(), port + "\n");
        return port;
    }

    /** Any of many, so that nodes which start together differ, and none that connections get by themselves while the engine is down. */
    private static int choose() throws IOException {
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, FIRST_EPHEMERAL_PORT);
            if (free(port).isPresent()) {
                return port;
            }
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
