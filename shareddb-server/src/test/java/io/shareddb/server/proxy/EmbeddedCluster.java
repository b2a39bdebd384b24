package io.shareddb.server.proxy;

import io.shareddb.cluster.role.NodeState;
import io.shareddb.server.SharedDbNode;
import io.shareddb.server.SharedDbNodeBuilder;
import io.shareddb.server.config.Setting;
import io.shareddb.server.endtoend.EngineChoice;
import io.shareddb.server.endtoend.FreePorts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Three nodes in this JVM, each with an engine of its own, for the clients' account of {@link ProxyEngine}. One thread. */
final class EmbeddedCluster implements AutoCloseable {
    private static final int NODES = 3;
    private static final int PORTS = 4;

    private final List<SharedDbNode> nodes = new ArrayList<>();

    private EmbeddedCluster() {}

    /** Starts them with their files in {@code directory} and waits until they serve. */
    static EmbeddedCluster start(EngineChoice choice, Path directory) throws Exception {
        EmbeddedCluster cluster = new EmbeddedCluster();
        int port = FreePorts.block(PORTS * NODES);
        try {
            for (int node = 0; node < NODES; node++) {
                cluster.nodes.add(start(choice, directory, node, port));
            }
            for (SharedDbNode node : cluster.nodes) {
                node.awaitReady(Duration.ofMinutes(3));
            }
            return cluster;
        } catch (Exception e) {
            cluster.close();
            throw e;
        }
    }

    private static SharedDbNode start(EngineChoice choice, Path directory, int node, int port) throws IOException {
        List<String> peers = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            peers.add("127.0.0.1:" + (port + PORTS * i + 2));
        }
        int first = port + PORTS * node;
        SharedDbNodeBuilder builder = SharedDbNode.builder()
                .dataDirectory(directory.resolve("node" + node))
                .password(ProxyEngine.CLIENT.password())
                .peers(peers.toArray(String[]::new))
                .ports(first, first + 1, first + 2, first + 3)
                .set(Setting.LEADER_TIMEOUT, "10s") // a starved machine does not change its leader
                .set(Setting.NODE_NAME, "node" + node);
        choice.installed()
                .ifPresent(binaries ->
                        builder.set(Setting.ENGINE_BINARY, binaries.server().toString()));
        return builder.start();
    }

    /** The MySQL port of the node that leads. */
    int leaderPort() {
        return port(true);
    }

    /** Of one that does not. */
    int followerPort() {
        return port(false);
    }

    private int port(boolean leads) {
        return nodes.stream()
                .filter(node -> (node.status().state() == NodeState.LEADING) == leads)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no leader"))
                .mysqlPort();
    }

    @Override
    public void close() {
        nodes.forEach(SharedDbNode::close);
    }
}
