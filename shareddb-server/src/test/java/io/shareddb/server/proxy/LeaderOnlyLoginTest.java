package io.shareddb.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.shareddb.server.accounts.LeaderOnlyAccounts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.sql.SQLException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LeaderOnlyLoginTest {
    @Test
    void rightPasswordOnAnotherNodeIsNotTakenForAWrongOne() throws IOException {
        Accounts accounts = new LeaderOnlyAccounts(
                Accounts.single(ProxyEngine.CLIENT),
                () -> false,
                () -> Optional.of(InetSocketAddress.createUnresolved("db2.example.org", 3307)));
        try (TestProxy node = new TestProxy(TestProxy.config(), accounts)) {
            SQLException refused = catchThrowableOfType(SQLException.class, node::connect);

            assertThat(refused.getMessage()).contains("AUTH_MASTER_ONLY", "connect to db2.example.org:3307");
            assertThat(refused.getErrorCode()).isEqualTo(1290);
            assertThat(refused.getSQLState()).isEqualTo("08004");
            assertThat(node.proxy.metrics().counters().deniedLogins()).isZero();
        }
    }
}
