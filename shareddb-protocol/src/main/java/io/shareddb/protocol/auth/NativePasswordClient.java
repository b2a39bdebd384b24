package io.shareddb.protocol.auth;

import io.shareddb.protocol.wire.Bytes;
import java.util.Optional;

/** The client's half of {@link NativePassword}. */
record NativePasswordClient(LoginSecret secret, Nonce nonce) implements ClientExchange {
    @Override
    public String method() {
        return NativePassword.NAME;
    }

    @Override
    public Bytes answer() {
        return secret instanceof LoginSecret.NativeKey key
                ? NativePassword.answer(key, nonce)
                : NativePassword.answer(((LoginSecret.Password) secret).text(), nonce);
    }

    @Override
    public Optional<Bytes> onMoreData(Bytes data) {
        throw new AuthenticationException(NativePassword.NAME + ": unexpected data from the server");
    }
}
