package io.shareddb.protocol.auth;

import io.shareddb.protocol.wire.Bytes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The server's half of {@link NativePassword}. */
record NativePasswordServer(Credential credential, Nonce nonce) implements ServerExchange {
    @Override
    public CompletionStage<AuthStep> onAnswer(Bytes answer) {
        return CompletableFuture.completedFuture(NativePassword.prove(answer, nonce, stored())
                .map(shown -> credential instanceof Credential.PlainPassword known
                        ? AuthStep.accept(new LoginSecret.Password(known.password()))
                        : AuthStep.accept(shown))
                .orElse(AuthStep.REJECT));
    }

    private Bytes stored() {
        if (credential instanceof Credential.NativeHash hash) {
            return hash.stored();
        }
        return NativePassword.stored(((Credential.PlainPassword) credential).password());
    }
}
