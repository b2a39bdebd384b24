package io.shareddb.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class PeerCredentialsTest {
    private final PeerCredentials before = PeerCredentials.of("old key", Optional.empty());
    private final PeerCredentials first = PeerCredentials.of("old key", Optional.of("new key"));
    private final PeerCredentials second = PeerCredentials.of("new key", Optional.of("old key"));
    private final PeerCredentials third = PeerCredentials.of("new key", Optional.empty());

    @Test
    void aKeyIsReplacedInThreeStepsWithEveryTwoNeighboursConnected() {
        assertThat(first.keyOf(before.user())).contains("old key");
        assertThat(before.keyOf(first.user())).contains("old key");
        assertThat(first.keyOf(second.user())).contains("new key");
        assertThat(second.keyOf(first.user())).contains("old key");
        assertThat(third.keyOf(second.user())).contains("new key");
        assertThat(second.keyOf(third.user())).contains("new key");
        assertThat(third.keyOf(first.user())).isEmpty();
        assertThat(third.keyOf("root")).isEmpty();
    }

    @Test
    void neverShowsItsKey() {
        assertThat(first.toString()).doesNotContain("key");
    }
}
