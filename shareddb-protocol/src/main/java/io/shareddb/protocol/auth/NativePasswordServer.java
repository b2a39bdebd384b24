package io.shareddb.protocol.auth;

import io.shareddb.protocol.wire.Bytes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The server's half of {@link NativePassword}. */
record NativePasswordServer(Credential credential, Nonce nonce) implements ServerExchange {
    @Override
    public CompletionStage<AuthStep> onAnswer(Bytes answer) {
        boolean proven = NativePassword.verify(answer, nonce, stored());
        return CompletableFuture.completedFuture(AuthStep.acceptIf(proven));
    }

    private Bytes stored() {
        if (credential instanceof Credential.NativeHash hash) {
            return hash.stored();
        }
        return NativePassword.stored(((Credential.PlainPassword) credential).password());
    }
}
