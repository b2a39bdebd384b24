package io.shareddb.protocol.auth;

import io.shareddb.protocol.wire.Bytes;
import java.util.concurrent.CompletionStage;

/** The server's half of one authentication method, for one nonce. Not thread-safe: one answer after the other. */
public interface ServerExchange {
    /**
     * Judges the client's next answer; the first one is that to the nonce.
     *
     * @return completes on any thread
     */
    CompletionStage<AuthStep> onAnswer(Bytes answer);

    /**
     * The server's half of {@code method}.
     *
     * @param credential one that {@code method} can check, see {@link Credential#methods} and {@link Credential#fallbacks}
     * @param encrypted if the connection is under TLS, so that the client may send the password itself
     */
    static ServerExchange of(String method, Credential credential, Nonce nonce, boolean encrypted, AuthWorker worker) {
        if (!credential.methods().contains(method) && !credential.fallbacks().contains(method)) {
            throw new IllegalArgumentException(
                    "method: " + method + " (expected: one of " + credential.methods() + ")");
        }
        return method.equals(NativePassword.NAME)
                ? new NativePasswordServer(credential, nonce)
                : new CachingSha2Server(credential, nonce, encrypted, worker);
    }
}
