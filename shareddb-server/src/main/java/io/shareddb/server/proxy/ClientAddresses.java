package io.shareddb.server.proxy;

import java.net.InetAddress;

/** Where clients may come from. Thread-safe, never blocks; asked for each login, so it may change its mind. */
@FunctionalInterface
public interface ClientAddresses {
    /** Whether clients from {@code address} may log in. */
    boolean allows(InetAddress address);

    /** Those that this or {@code other} allows. */
    default ClientAddresses or(ClientAddresses other) {
        return address -> allows(address) || other.allows(address);
    }
}
