package io.shareddb.server.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is a node of a cluster, and what is said to others. */
class TrustIT {
    private static final String ADVICE = "is CLUSTER_SECRET the same on all nodes?";

    @TempDir
    Path directory;

    @Test
    void aNodeWithAnotherSecretIsRefusedAndBothLogsSayWhy() throws Exception {
        try (Cluster cluster = Cluster.start(directory.resolve("cluster"))) {
            cluster.awaitReady();
            int port = FreePorts.block(4);
            Path output = directory.resolve("stranger.out");
            String peers = Cluster.nodes().stream()
                    .map(node -> "127.0.0.1:" + cluster.apiPort(node))
                    .collect(Collectors.joining(","));
            Process stranger = Launcher.start(
                    output,
                    Map.of("DB_INIT_PASS", Cluster.PASSWORD, "CLUSTER_SECRET", "another one", "NODE_NAME", "stranger"),
                    List.of(
                            "server",
                            "--data-dir",
                            directory.resolve("stranger").toString(),
                            "--peers",
                            peers,
                            "--ext-db-port",
                            String.valueOf(port),
                            "--api-port",
                            String.valueOf(port + 1),
                            "--raft-port",
                            String.valueOf(port + 2),
                            "--ui-port",
                            String.valueOf(port + 3)));
            try {
                for (int node : Cluster.nodes()) {
                    Poll.until(
                            "both logs say why",
                            Duration.ofSeconds(60),
                            () -> says(
                                            output,
                                            "127.0.0.1:" + cluster.apiPort(node),
                                            "its certificate (CN=node" + (node + 1) + " of CN=shareddb authority",
                                            ADVICE)
                                    && says(
                                            cluster.layout(node).operatorLog(),
                                            "node" + (node + 1) + " has no connection with a peer at 127.0.0.1:",
                                            "it refuses our certificate",
                                            ADVICE));
                }
            } finally {
                stranger.destroy();
                assertThat(stranger.waitFor(30, TimeUnit.SECONDS)).isTrue();
            }
            cluster.awaitHealthy(Duration.ofSeconds(30));
        }
    }

    /** Whether a line of {@code file} contains all of {@code parts}. */
    private static boolean says(Path file, String... parts) throws Exception {
        return Files.readAllLines(file).stream()
                .anyMatch(line -> List.of(parts).stream().allMatch(line::contains));
    }
}
