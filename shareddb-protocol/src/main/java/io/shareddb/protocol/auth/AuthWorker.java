package io.shareddb.protocol.auth;

import io.shareddb.protocol.wire.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The slow parts of a server's authentication, off the event loops: RSA and salted hashes. Thread-safe; one for all
 * connections of a server. Its RSA key is made when a client first asks for it, and lives as long as this object.
 */
public final class AuthWorker {
    private static final int KEY_BITS = 2048;

    private final Executor executor;
    private @Nullable CompletableFuture<KeyPair> keys; // guarded by this: asked for by many event loops, made once

    /** @param executor runs work of up to a second; bound its queue */
    public AuthWorker(Executor executor) {
        this.executor = executor;
    }

    /** The public key as it goes to clients: PEM. */
    CompletionStage<Bytes> publicKey() {
        return keys().thenApply(pair ->
                Bytes.of(PasswordEncryption.writePublicKey(pair.getPublic()).getBytes(StandardCharsets.US_ASCII)));
    }

    /** The password that a client encrypted; empty if it did not use our key. */
    CompletionStage<Optional<String>> decrypt(Bytes encrypted, Nonce nonce) {
        return keys().thenApplyAsync(pair -> PasswordEncryption.decrypt(encrypted, nonce, pair.getPrivate()), executor);
    }

    /** If {@code hash} is of {@code password}. */
    CompletionStage<Boolean> verify(Credential.Hash hash, String password) {
        return CompletableFuture.supplyAsync(() -> hash.verify(password), executor);
    }

    private synchronized CompletableFuture<KeyPair> keys() {
        CompletableFuture<KeyPair> known = keys;
        if (known == null || known.isCompletedExceptionally()) {
            known = CompletableFuture.supplyAsync(AuthWorker::generate, executor);
            keys = known;
        }
        return known;
    }

    private static KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(KEY_BITS);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Java platform without RSA", e);
        }
    }
}
