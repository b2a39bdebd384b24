package io.shareddb.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.server.config.NodeConfig;
import io.shareddb.server.layout.NodeLayout;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnginePortTest {
    @TempDir
    Path directory;

    @Test
    void nodesThatStartTogetherChooseDifferentOnes() throws IOException {
        Set<Integer> chosen = new HashSet<>();
        for (int i = 0; i < 9; i++) {
            chosen.add(EnginePort.of(node(7071 + 2 * i, Map.of()), layout("node" + i)));
        }

        assertThat(chosen).hasSize(9).allMatch(port -> port >= 20_000 && port < 32_768);
    }

    @Test
    void itStaysTheSame() throws IOException {
        int first = EnginePort.of(node(7071, Map.of()), layout("node"));

        assertThat(EnginePort.of(node(7081, Map.of()), layout("node"))).isEqualTo(first);
    }

    @Test
    void anotherOneWhenItWasTaken() throws IOException {
        int first = EnginePort.of(node(7071, Map.of()), layout("node"));
        try (ServerSocket stranger = new ServerSocket(first, 1, InetAddress.getLoopbackAddress())) {
            assertThat(EnginePort.of(node(7071, Map.of()), layout("node"))).isNotEqualTo(stranger.getLocalPort());
        }
    }

    @Test
    void theConfiguredOneIsTakenAsItIs() throws IOException {
        assertThat(EnginePort.of(node(7071, Map.of("ENGINE_PORT", "3306")), layout("node")))
                .isEqualTo(3306);
    }

    private NodeLayout layout(String node) throws IOException {
        return new NodeLayout(Files.createDirectories(directory.resolve(node)));
    }

    private static NodeConfig node(int api, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "DB_INIT_PASS", "secret", "CLUSTER_SIZE", "1", "API_PORT", "" + api, "RAFT_PORT", "" + (api + 1)));
        environment.putAll(more);
        return NodeConfig.read(environment, Map.of());
    }
}
