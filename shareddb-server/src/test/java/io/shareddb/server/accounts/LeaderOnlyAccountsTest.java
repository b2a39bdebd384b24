package io.shareddb.server.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shareddb.protocol.packet.SqlException;
import io.shareddb.replication.engine.Credentials;
import io.shareddb.server.proxy.Accounts;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class LeaderOnlyAccountsTest {
    private static final InetAddress CLIENT = InetAddress.getLoopbackAddress();

    private boolean leads;
    private Optional<InetSocketAddress> leader = Optional.empty();
    private final Accounts accounts =
            new LeaderOnlyAccounts(Accounts.single(new Credentials("root", "secret")), () -> leads, () -> leader);

    private CompletableFuture<Optional<Accounts.Entry>> find(String user) {
        return accounts.find(user, CLIENT).toCompletableFuture();
    }

    @Test
    void leadersNodeAdmitsWhomItKnows() {
        leads = true;

        assertThat(find("root").join()).isPresent();
        assertThat(find("nobody").join()).isEmpty();
    }

    @Test
    void otherNodeNamesTheLeadersInsteadOfDenyingTheAccount() {
        leader = Optional.of(InetSocketAddress.createUnresolved("db2.example.org", 3307));

        assertThatThrownBy(() -> find("root").join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOf(SqlException.class)
                .hasMessageContaining("1290 (08004)")
                .hasMessageContaining("AUTH_MASTER_ONLY")
                .hasMessageContaining("connect to db2.example.org:3307");
    }

    @Test
    void withoutALeaderItSaysSo() {
        assertThatThrownBy(() -> find("root").join()).hasMessageContaining("none is known now, try again");
    }
}
