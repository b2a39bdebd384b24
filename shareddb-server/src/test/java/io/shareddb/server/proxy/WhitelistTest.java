package io.shareddb.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WhitelistTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    127.0.0.1                  | 127.0.0.1       | true
                    127.0.0.1                  | 127.0.0.2       | false
                    10.0.0.0/8                 | 10.255.255.255  | true
                    10.0.0.0/8                 | 11.0.0.0        | false
                    192.168.4.0/22             | 192.168.7.255   | true
                    192.168.4.0/22             | 192.168.8.0     | false
                    0.0.0.0/0                  | 8.8.8.8         | true
                    0.0.0.0/0                  | ::1             | false
                    10.1.1.1/32                | 10.1.1.1        | true
                    fd00::/8                   | fdff::1         | true
                    fd00::/8                   | fe00::1         | false
                    ::1, 10.0.0.1 ,10.0.0.2    | 10.0.0.2        | true
                    """)
    void matchesAddressesAndBlocks(String whitelist, String address, boolean allowed) throws UnknownHostException {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        assertThat(Whitelist.parse(whitelist).allows(InetAddress.getByAddress(bytes)))
                .isEqualTo(allowed);
    }

    @Test
    void namesEveryEntryThatIsNoAddress() {
        assertThatThrownBy(() -> Whitelist.parse("localhost, 10.0.0.0/33,10.0.0.1,300.1.1.1,::/129"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'localhost' is a host name, whose address may change")
                .hasMessageContaining("'10.0.0.0/33' has a prefix other than 0 to 32")
                .hasMessageContaining("'300.1.1.1' is not an address")
                .hasMessageContaining("'::/129'")
                .hasMessageContaining("expected: addresses such as");
    }

    @Test
    void anEmptyListWouldLetNobodyIn() {
        assertThatThrownBy(() -> Whitelist.parse(" , ")).hasMessageContaining("nobody could connect");
    }
}
