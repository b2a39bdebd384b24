package io.shareddb.protocol.auth;

import static io.shareddb.protocol.auth.CachingSha2Password.FAST_SUCCESS;
import static io.shareddb.protocol.auth.CachingSha2Password.FULL_AUTHENTICATION;
import static io.shareddb.protocol.auth.CachingSha2Password.REQUEST_PUBLIC_KEY;

import io.shareddb.protocol.wire.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The client's half of {@link CachingSha2Password}. Event loop only. */
final class CachingSha2Client implements ClientExchange {
    private final String password;
    private final Nonce nonce;
    private final boolean encrypted;
    private final boolean requestPublicKey;
    private boolean keyRequested;

    CachingSha2Client(String password, Nonce nonce, boolean encrypted, boolean requestPublicKey) {
        this.password = password;
        this.nonce = nonce;
        this.encrypted = encrypted;
        this.requestPublicKey = requestPublicKey;
    }

    @Override
    public String method() {
        return CachingSha2Password.NAME;
    }

    @Override
    public Bytes answer() {
        return CachingSha2Password.answer(password, nonce);
    }

    @Override
    public Optional<Bytes> onMoreData(Bytes data) {
        if (keyRequested) {
            keyRequested = false;
            return Optional.of(PasswordEncryption.encrypt(password, nonce, data.toString(StandardCharsets.US_ASCII)));
        }
        int step = data.length() == 1 ? data.at(0) : -1;
        if (step == FAST_SUCCESS) {
            return Optional.empty();
        }
        if (step != FULL_AUTHENTICATION) {
            throw new AuthenticationException(CachingSha2Password.NAME + ": unexpected data from the server");
        }
        if (encrypted) {
            return Optional.of(Bytes.of(CachingSha2Password.terminated(password)));
        }
        if (!requestPublicKey) {
            throw new AuthenticationException(CachingSha2Password.NAME
                    + ": the server wants the password itself (expected: TLS, or leave to request its public key)");
        }
        keyRequested = true;
        return Optional.of(Bytes.of(new byte[] {REQUEST_PUBLIC_KEY}));
    }
}
