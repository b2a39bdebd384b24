package io.shareddb.protocol.auth;

import static io.shareddb.protocol.auth.CachingSha2Password.FAST_SUCCESS;
import static io.shareddb.protocol.auth.CachingSha2Password.FULL_AUTHENTICATION;
import static io.shareddb.protocol.auth.CachingSha2Password.REQUEST_PUBLIC_KEY;

import io.shareddb.protocol.wire.Bytes;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The server's half of {@link CachingSha2Password}. */
final class CachingSha2Server implements ServerExchange {
    /** What the client's next answer is. */
    private enum Expected {
        ANSWER_TO_NONCE,
        PASSWORD_OR_KEY_REQUEST,
        ENCRYPTED_PASSWORD
    }

    private final Credential credential;
    private final Nonce nonce;
    private final boolean encrypted;
    private final AuthWorker worker;
    private Expected expected = Expected.ANSWER_TO_NONCE;

    CachingSha2Server(Credential credential, Nonce nonce, boolean encrypted, AuthWorker worker) {
        this.credential = credential;
        this.nonce = nonce;
        this.encrypted = encrypted;
        this.worker = worker;
    }

    @Override
    public CompletionStage<AuthStep> onAnswer(Bytes answer) {
        return switch (expected) {
            case ANSWER_TO_NONCE -> onAnswerToNonce(answer);
            case PASSWORD_OR_KEY_REQUEST -> onPasswordOrKeyRequest(answer);
            case ENCRYPTED_PASSWORD -> worker.decrypt(answer, nonce).thenCompose(this::check);
        };
    }

    private CompletionStage<AuthStep> onAnswerToNonce(Bytes answer) {
        if (credential instanceof Credential.Hash) {
            if (CachingSha2Password.isEmptyPassword(answer)) {
                return CompletableFuture.completedFuture(AuthStep.REJECT); // an empty password is stored as no hash
            }
            expected = Expected.PASSWORD_OR_KEY_REQUEST;
            return CompletableFuture.completedFuture(AuthStep.ask(step(FULL_AUTHENTICATION)));
        }
        if (!CachingSha2Password.verify(answer, nonce, entry())) {
            return CompletableFuture.completedFuture(AuthStep.REJECT);
        }
        // as MySQL does, no fast-success packet for the empty password
        Bytes data = CachingSha2Password.isEmptyPassword(answer) ? Bytes.EMPTY : step(FAST_SUCCESS);
        Optional<LoginSecret> shown = credential instanceof Credential.PlainPassword known
                ? Optional.of(new LoginSecret.Password(known.password()))
                : Optional.empty();
        return CompletableFuture.completedFuture(new AuthStep(AuthStep.Verdict.ACCEPT, data, shown));
    }

    private Bytes entry() {
        if (credential instanceof Credential.CacheEntry known) {
            return known.entry();
        }
        return CachingSha2Password.cacheEntry(((Credential.PlainPassword) credential).password());
    }

    private CompletionStage<AuthStep> onPasswordOrKeyRequest(Bytes answer) {
        if (encrypted) {
            return check(PasswordEncryption.readTerminated(answer));
        }
        if (answer.length() != 1 || answer.at(0) != REQUEST_PUBLIC_KEY) {
            expected = Expected.ENCRYPTED_PASSWORD; // the client has our key already
            return onAnswer(answer);
        }
        expected = Expected.ENCRYPTED_PASSWORD;
        return worker.publicKey().thenApply(AuthStep::ask);
    }

    private CompletionStage<AuthStep> check(Optional<String> password) {
        if (password.isEmpty()) {
            return CompletableFuture.completedFuture(AuthStep.REJECT);
        }
        LoginSecret shown = new LoginSecret.Password(password.get());
        return worker.verify((Credential.Hash) credential, password.get())
                .thenApply(proven -> proven ? AuthStep.accept(shown) : AuthStep.REJECT);
    }

    private static Bytes step(int step) {
        return Bytes.of(new byte[] {(byte) step});
    }
}
