package io.shareddb.server.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code shareddb up} says when it cannot start. */
class RefusedStartIT {
    @TempDir
    Path directory;

    @Test
    void readOnlyDirectoryIsNamed() throws Exception {
        assumeThat(System.getProperty("user.name"))
                .as("root may write everywhere")
                .isNotEqualTo("root");
        Path locked = Files.createDirectory(
                directory.resolve("locked"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-xr-xr-x")));

        Launcher.Outcome outcome = Launcher.run(directory, "up", "--dir", locked.toString());

        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.output()).contains("--dir: " + locked);
    }

    @Test
    void portInUseIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());

            Launcher.Outcome outcome = Launcher.run(
                    directory, "up", "--dir", directory.resolve("new").toString(), "--nodes", "1", "--ui-port", port);

            assertThat(outcome.exitCode()).isEqualTo(3);
            assertThat(outcome.output()).contains("--ui-port: " + port + " for node1 is in use");
        }
    }
}
