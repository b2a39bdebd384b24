package io.shareddb.server.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFileTest {
    @TempDir
    Path directory;

    @Test
    void holdsTheProcessIdWhileItIsTaken() throws IOException {
        Path file = directory.resolve("operator.pid");
        PidFile held = PidFile.take(file);
        try (held) {
            assertThat(PidFile.read(file)).hasValue(ProcessHandle.current().pid());
            assertThat(PidFile.taken(file)).isTrue();
        }
        assertThat(PidFile.taken(file)).isFalse();
        assertThat(PidFile.read(file)).isEmpty();
    }

    @Test
    void secondTakerIsToldWhoHasIt() throws IOException {
        Path file = directory.resolve("operator.pid");
        PidFile held = PidFile.take(file);
        try (held) {
            assertThatThrownBy(() -> PidFile.take(file))
                    .isInstanceOf(DirectoryInUseException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining(String.valueOf(ProcessHandle.current().pid()));
        }
    }

    @Test
    void fileOfADeadProcessIsNoObstacle() throws IOException {
        Path file = Files.writeString(directory.resolve("operator.pid"), "4194300\n");

        PidFile held = PidFile.take(file);
        try (held) {
            assertThat(PidFile.read(file)).hasValue(ProcessHandle.current().pid());
        }
    }
}
