package io.shareddb.api.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
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
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), silent.getLocalPort());
                StallGuard guard = new StallGuard(socket.getInputStream(), Duration.ofMillis(100), timer)) {
            assertThatThrownBy(guard::read).isInstanceOf(IOException.class).hasMessageContaining("nothing came");
        }
    }
}
