package io.shareddb.protocol.auth;

import io.shareddb.protocol.wire.Bytes;
import java.util.Optional;

/**
 * What a server does next in an authentication.
 *
 * @param data sent as {@code AuthMoreData} before anything else; empty to send nothing
 * @param shown when accepted, what the server knows now of the password; empty if only that it was right
 */
public record AuthStep(Verdict verdict, Bytes data, Optional<LoginSecret> shown) {
    /** How it stands. */
    public enum Verdict {
        /** The client is who it says: OK. */
        ACCEPT,
        /** Not yet known: wait for the client's answer. */
        ASK,
        /** Wrong password. */
        REJECT
    }

    static final AuthStep REJECT = new AuthStep(Verdict.REJECT, Bytes.EMPTY, Optional.empty());

    static AuthStep accept(LoginSecret shown) {
        return new AuthStep(Verdict.ACCEPT, Bytes.EMPTY, Optional.of(shown));
    }

    static AuthStep ask(Bytes data) {
        return new AuthStep(Verdict.ASK, data, Optional.empty());
    }
}
