package io.shareddb.protocol.auth;

import io.shareddb.protocol.wire.Bytes;
import java.util.Optional;

/** The client's half of {@link NativePassword}. */
record NativePasswordClient(String password, Nonce nonce) implements ClientExchange {
    @Override
    public String method() {
        return NativePassword.NAME;
    }

    @Override
    public Bytes answer() {
        return NativePassword.answer(password, nonce);
    }

    @Override
    public Optional<Bytes> onMoreData(Bytes data) {
        throw new AuthenticationException(NativePassword.NAME + ": unexpected data from the server");
    }

    @Override
    public String toString() {
        return NativePassword.NAME; // not the password
    }
}
