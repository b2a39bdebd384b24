package io.shareddb.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.protocol.auth.LoginSecret;
import io.shareddb.protocol.wire.Bytes;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SealedSecretTest {
    private static final List<LoginSecret> SECRETS = List.of(
            new LoginSecret.Password(""),
            new LoginSecret.Password("it's \\ sëcret"),
            new LoginSecret.NativeKey(Bytes.of(new byte[20])));

    @Test
    void opensForTheSameKeyAndUserOnly() {
        for (LoginSecret secret : SECRETS) {
            String sealed = SealedSecret.seal(secret, "app", "key");
            assertThat(SealedSecret.open(sealed, "app", "key")).contains(secret);
            assertThat(SealedSecret.open(sealed, "root", "key")).isEmpty();
            assertThat(SealedSecret.open(sealed, "app", "kez")).isEmpty();
            assertThat(SealedSecret.seal(secret, "app", "key")).isNotEqualTo(sealed);
            for (int end = 0; end < sealed.length(); end++) {
                assertThat(SealedSecret.open(sealed.substring(0, end), "app", "key"))
                        .isEmpty();
            }
        }
    }

    @Test
    void peersSayForWhomTheyWork() {
        PeerCredentials peers = PeerCredentials.of("key", Optional.empty());
        Accounts.Account account = new Accounts.Account("app", Optional.of("app@10.%"), true);
        SessionLogin.Holder holder = new SessionLogin.Holder(account, SECRETS.get(1), InetAddress.getLoopbackAddress());
        Map<String, String> attributes = peers.attributes(holder);
        assertThat(attributes.toString()).doesNotContain("secret'").doesNotContain("sëcret");
        assertThat(peers.holder(peers.user(), attributes)).contains(holder);
        assertThat(PeerCredentials.of("other", Optional.empty()).holder(peers.user(), attributes))
                .isEmpty();
        assertThat(peers.holder(peers.user(), Map.of())).isEmpty();
    }
}
