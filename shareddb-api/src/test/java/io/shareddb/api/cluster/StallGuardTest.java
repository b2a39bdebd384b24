package io.shareddb.api.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StallGuardTest {
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void close() {
        timer.shutdownNow();
    }

    @Test
    void passesOnWhatComes() throws IOException {
        try (StallGuard guard =
                new StallGuard(new ByteArrayInputStream(new byte[] {1, -1, 3}), Duration.ofSeconds(5), timer)) {
            assertThat(guard.read()).isEqualTo(1);
            assertThat(guard.read()).isEqualTo(255);
            assertThat(guard.readAllBytes()).containsExactly(3);
            assertThat(guard.read()).isEqualTo(-1);
        }
    }

    @Test
    void streamFromWhichNothingComesEnds() throws IOException {
        try (PipedOutputStream silent = new PipedOutputStream();
                StallGuard guard = new StallGuard(new PipedInputStream(silent), Duration.ofMillis(100), timer)) {
            assertThatThrownBy(guard::read).isInstanceOf(IOException.class).hasMessageContaining("nothing came");
        }
    }
}
