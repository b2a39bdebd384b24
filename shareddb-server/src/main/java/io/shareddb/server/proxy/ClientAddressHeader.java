package io.shareddb.server.proxy;

import io.shareddb.protocol.wire.Bytes;
import java.net.InetAddress;

/**
 * The PROXY protocol's header, version 2: tells an engine on behalf of whom a connection is opened. Stateless.
 *
 * <pre>
 * 0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a | 21: version 2, proxied | family | int&lt;2&gt; length, big endian
 * 11, TCP over IPv4: source[4] destination[4] source port[2] destination port[2]
 * 21, TCP over IPv6: source[16] destination[16] ports
 * 31, Unix socket:   paths[216]
 * </pre>
 *
 * @see <a href="https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt">specification</a>
 */
final class ClientAddressHeader {
    private static final Bytes SIGNATURE = Bytes.hex("0d0a0d0a000d0a515549540a");
    private static final Bytes PORTS = Bytes.of(new byte[4]);

    private ClientAddressHeader() {}

    /** From {@code address}; its port is not told. */
    static Bytes of(InetAddress address) {
        Bytes bytes = Bytes.of(address.getAddress());
        Bytes none = Bytes.of(new byte[bytes.length()]);
        return header(bytes.length() == 4 ? 0x11 : 0x21, bytes.plus(none).plus(PORTS));
    }

    /** From the machine itself, as through its Unix socket. */
    static Bytes local() {
        return header(0x31, Bytes.of(new byte[216]));
    }

    private static Bytes header(int family, Bytes addresses) {
        byte[] start = {0x21, (byte) family, (byte) (addresses.length() >> 8), (byte) addresses.length()};
        return SIGNATURE.plus(Bytes.of(start)).plus(addresses);
    }
}
