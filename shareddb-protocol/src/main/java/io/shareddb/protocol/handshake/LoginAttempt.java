package io.shareddb.protocol.handshake;

import io.shareddb.protocol.capability.Capabilities;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * Somebody who wants to log in, or has.
 *
 * @param login as the client sent it
 * @param capabilities in use: what both sides can do
 * @param peer the client's address
 * @param encrypted if the connection is under TLS
 * @param passwordGiven if the client's last answer was that of a password, right or wrong, that is not empty
 */
public record LoginAttempt(
        LoginPacket login, Capabilities capabilities, SocketAddress peer, boolean encrypted, boolean passwordGiven) {
    LoginAttempt withPasswordGiven(boolean given) {
        return new LoginAttempt(login, capabilities, peer, encrypted, given);
    }

    public String user() {
        return login.user();
    }

    /** The client's host as error messages and account names have it: an address, without port. */
    public String host() {
        if (peer instanceof InetSocketAddress socket) {
            InetAddress address = socket.getAddress();
            return address == null ? socket.getHostString() : address.getHostAddress();
        }
        return "localhost";
    }
}
