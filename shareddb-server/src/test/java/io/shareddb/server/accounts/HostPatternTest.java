package io.shareddb.server.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.NetUtil;
import io.shareddb.protocol.wire.Bytes;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostPatternTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    %                        | 10.0.0.5    | true
                    ''                       | 10.0.0.5    | true
                    10.0.0.5                 | 10.0.0.5    | true
                    10.0.0.5                 | 10.0.0.50   | false
                    10.0.0.%                 | 10.0.0.50   | true
                    10.0.0._                 | 10.0.0.5    | true
                    10.0.0._                 | 10.0.0.50   | false
                    10.%.%.5                 | 10.1.2.5    | true
                    10.%.%.5                 | 10.1.2.50   | false
                    10.0.0.%5                | 10.0.0.255  | true
                    10.0.0.0/255.255.255.0   | 10.0.0.255  | true
                    10.0.0.0/255.255.255.0   | 10.0.1.0    | false
                    10.0.0.1/255.255.255.0   | 10.0.0.1    | false
                    10.0.0.0/24              | 10.0.0.255  | true
                    10.0.0.0/31              | 10.0.0.2    | false
                    10.0.0.0/0x8             | 10.0.0.2    | false
                    10.0.0.0/33              | 10.0.0.0    | false
                    localhost                | 127.0.0.1   | true
                    LOCALHOST                | ::1         | true
                    localhost                | 127.0.0.2   | false
                    web.example.com          | 10.0.0.5    | false
                    ::1                      | ::1         | true
                    fd00::%                  | fd00::1     | true
                    FD00::1                  | fd00::1     | true
                    fd00::/8                 | fd00::1     | true
                    """)
    void matchesAsEnginesDo(String pattern, String address, boolean matches) throws UnknownHostException {
        assertThat(new HostPattern(pattern).matches(inet(address))).isEqualTo(matches);
    }

    private static InetAddress inet(String address) throws UnknownHostException {
        return InetAddress.getByAddress(NetUtil.createByteArrayFromIpAddressString(address));
    }

    @Test
    void mostSpecificComesFirst() {
        List<StoredAccount> sorted = Stream.of(
                        "10.0.0.5", "10.0.0.0/24", "10.0.0.0/255.255.255.0", "10.0.0.%", "10.0.%", "10.%", "%", "")
                .flatMap(host -> Stream.of(account(host, "app"), account(host, "")))
                .toList();
        for (int seed = 0; seed < 20; seed++) {
            List<StoredAccount> shuffled = sorted.stream().collect(Collectors.toList());
            Collections.shuffle(shuffled, new Random(seed));
            shuffled.sort(StoredAccount.ORDER);
            assertThat(shuffled).isEqualTo(sorted);
        }
    }

    @Test
    void accountWithoutANameCanComeFirst() throws UnknownHostException {
        List<StoredAccount> accounts = List.of(account("%", "app"), account("10.0.0.%", ""));
        assertThat(EngineAccounts.choose(accounts, inet("10.0.0.5"))).contains(account("10.0.0.%", ""));
        assertThat(EngineAccounts.choose(accounts, inet("10.0.1.5"))).contains(account("%", "app"));
    }

    private static StoredAccount account(String host, String user) {
        return new StoredAccount(new HostPattern(host), user, "mysql_native_password", Bytes.EMPTY);
    }
}
