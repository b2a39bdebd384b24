package io.shareddb.protocol.auth;

import io.shareddb.protocol.wire.Bytes;
import java.util.Optional;

/** The client's half of one authentication method, for one nonce. Event loop only. */
public interface ClientExchange {
    /** The method's name on the wire. */
    String method();

    /** The answer to the nonce. */
    Bytes answer();

    /**
     * The answer to one {@code AuthMoreData}.
     *
     * @return empty to wait for what the server says next
     * @throws AuthenticationException if the exchange cannot go on
     */
    Optional<Bytes> onMoreData(Bytes data);

    /**
     * The client's half of {@code method}.
     *
     * @param encrypted if the connection is under TLS, so that the password itself may be sent
     * @param requestPublicKey if the server may be asked for its key on a connection without TLS: who sits in between can
     *     answer with a key of his own and read the password
     * @return empty if this codec does not know the method, or {@code secret} is no good for it
     */
    static Optional<ClientExchange> of(
            String method, LoginSecret secret, Nonce nonce, boolean encrypted, boolean requestPublicKey) {
        if (method.equals(NativePassword.NAME)) {
            return Optional.of(new NativePasswordClient(secret, nonce));
        }
        return method.equals(CachingSha2Password.NAME) && secret instanceof LoginSecret.Password password
                ? Optional.of(new CachingSha2Client(password.text(), nonce, encrypted, requestPublicKey))
                : Optional.empty();
    }
}
