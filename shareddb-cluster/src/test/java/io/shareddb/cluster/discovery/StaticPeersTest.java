package io.shareddb.cluster.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shareddb.cluster.member.PeerAddress;
import org.junit.jupiter.api.Test;

class StaticPeersTest {
    @Test
    void readsHostsWithAndWithoutPorts() {
        assertThat(StaticPeers.parse("a, b:7100\n[fe80::1]:7200,[::1] 10.0.0.1 ", 7071)
                        .addresses())
                .containsExactlyInAnyOrder(
                        new PeerAddress("a", 7071),
                        new PeerAddress("b", 7100),
                        new PeerAddress("fe80::1", 7200),
                        new PeerAddress("::1", 7071),
                        new PeerAddress("10.0.0.1", 7071));
    }

    @Test
    void emptyListIsEmpty() {
        assertThat(StaticPeers.parse("", 7071).addresses()).isEmpty();
    }

    @Test
    void wrongEntryIsNamed() {
        assertThatThrownBy(() -> StaticPeers.parse("a,b:x", 7071)).hasMessageContaining("b:x");
        assertThatThrownBy(() -> StaticPeers.parse("a:0", 7071)).hasMessageContaining("a:0");
        assertThatThrownBy(() -> StaticPeers.parse("[::1:7071", 7071)).hasMessageContaining("[::1:7071");
    }
}
