package io.shareddb.server.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreflightTest {
    @TempDir
    Path directory;

    @Test
    void portInUseIsNamedWithItsNodeAndOption() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();

            assertThatThrownBy(() -> Preflight.checkPorts(ClusterPlan.nodes(directory, 1, 1, 2, port)))
                    .isInstanceOf(LaunchException.class)
                    .hasMessageContaining("--api-port: " + port + " for node1 is in use by another program");
        }
    }

    @Test
    void portsThatOverlapAreNamed() {
        assertThatThrownBy(() -> Preflight.checkPorts(ClusterPlan.nodes(directory, 3, 21_600, 21_602, 21_610)))
                .hasMessageContaining(
                        "--mysql-port: 21602 for node3 is taken by --ui-port: 21602 for node1 (expected: ports that do not");
    }

    @Test
    void directoryThatCannotBeMadeIsNamed() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        assertThatThrownBy(() -> Preflight.checkWritable(file.resolve("cluster")))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining(
                        "--dir: " + file.resolve("cluster") + " (expected: a directory that can be written");
    }

    @Test
    void nodesOfAnEarlierStartAreCounted() throws IOException {
        assertThat(Preflight.nodesIn(directory)).isZero();
        Files.createDirectory(directory.resolve("node1"));
        Files.createDirectory(directory.resolve("node2"));
        assertThat(Preflight.nodesIn(directory)).isEqualTo(2);
    }
}
