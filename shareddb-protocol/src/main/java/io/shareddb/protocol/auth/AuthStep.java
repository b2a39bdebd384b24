package io.shareddb.protocol.auth;

import io.shareddb.protocol.wire.Bytes;

/**
 * What a server does next in an authentication.
 *
 * @param data sent as {@code AuthMoreData} before anything else; empty to send nothing
 */
public record AuthStep(Verdict verdict, Bytes data) {
    /** How it stands. */
    public enum Verdict {
        /** The client is who it says: OK. */
        ACCEPT,
        /** Not yet known: wait for the client's answer. */
        ASK,
        /** Wrong password. */
        REJECT
    }

    static final AuthStep ACCEPT = new AuthStep(Verdict.ACCEPT, Bytes.EMPTY);
    static final AuthStep REJECT = new AuthStep(Verdict.REJECT, Bytes.EMPTY);

    static AuthStep acceptIf(boolean proven) {
        return proven ? ACCEPT : REJECT;
    }

    static AuthStep ask(Bytes data) {
        return new AuthStep(Verdict.ASK, data);
    }
}
