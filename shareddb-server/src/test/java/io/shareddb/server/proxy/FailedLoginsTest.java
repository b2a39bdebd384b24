package io.shareddb.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FailedLoginsTest {
    private static final InetAddress CLIENT = InetAddress.getLoopbackAddress();

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
    private final FailedLogins failures = new FailedLogins(clock::get);

    @Test
    void waitsDoubleUpToALimit() {
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            waits.add(failures.failed(CLIENT, "root").toMillis());
        }
        assertThat(waits).containsExactly(100L, 200L, 400L, 800L, 1600L, 3200L, 5000L, 5000L);
        for (int i = 0; i < 100; i++) {
            assertThat(failures.failed(CLIENT, "root").toMillis()).isEqualTo(5000);
        }
    }

    @Test
    void othersDoNotWait() {
        failures.failed(CLIENT, "root");
        assertThat(failures.failed(CLIENT, "app").toMillis()).isEqualTo(100);
    }

    @Test
    void successAndTimeStartOver() {
        failures.failed(CLIENT, "root");
        failures.failed(CLIENT, "root");
        failures.succeeded(CLIENT, "root");
        assertThat(failures.failed(CLIENT, "root").toMillis()).isEqualTo(100);
        clock.addAndGet(Duration.ofMinutes(9).toNanos());
        assertThat(failures.failed(CLIENT, "root").toMillis()).isEqualTo(200);
        clock.addAndGet(Duration.ofMinutes(10).toNanos());
        assertThat(failures.failed(CLIENT, "root").toMillis()).isEqualTo(100);
    }
}
