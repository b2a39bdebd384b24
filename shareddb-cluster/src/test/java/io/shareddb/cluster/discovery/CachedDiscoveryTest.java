package io.shareddb.cluster.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.cluster.member.PeerAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CachedDiscoveryTest {
    private final PeerAddress first = new PeerAddress("10.0.0.1", 7071);
    private final PeerAddress second = new PeerAddress("10.0.0.2", 7071);
    private int records;
    private int questions;
    private long nanos;
    private final CachedDiscovery discovery = new CachedDiscovery(
            new DnsDirectory("db.example", 7071, this::resolve), Duration.ofSeconds(15), () -> nanos);

    private InetAddress[] resolve(String name) throws UnknownHostException {
        questions++;
        if (records == 0) {
            throw new UnknownHostException(name);
        }
        InetAddress[] addresses = new InetAddress[records];
        for (int i = 0; i < records; i++) {
            addresses[i] = InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) (i + 1)});
        }
        return addresses;
    }

    @Test
    void everyAddressOfANameIsANode() {
        records = 2;
        assertThat(discovery.addresses()).containsExactlyInAnyOrder(first, second);
    }

    @Test
    void askedAgainOnlyAfterAWhile() {
        assertThat(discovery.addresses()).isEmpty();
        records = 2;
        assertThat(discovery.addresses()).isEmpty();
        nanos += Duration.ofSeconds(16).toNanos();
        assertThat(discovery.addresses()).hasSize(2);
        assertThat(questions).isEqualTo(2);
    }

    @Test
    void lastAnswerCountsWhileTheDirectoryIsAway() {
        records = 2;
        Set<PeerAddress> found = discovery.addresses();
        records = 0;
        nanos += Duration.ofSeconds(16).toNanos();
        assertThat(discovery.addresses()).isEqualTo(found);
        records = 1;
        nanos += Duration.ofSeconds(16).toNanos();
        assertThat(discovery.addresses()).containsExactly(first);
    }
}
