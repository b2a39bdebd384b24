package io.shareddb.protocol.auth;

import io.shareddb.protocol.wire.Bytes;

/** What lets a client log in. Immutable; {@link Object#toString} shows no secret. */
public sealed interface LoginSecret {
    /** The password itself: good for every method. */
    record Password(String text) implements LoginSecret {
        @Override
        public String toString() {
            return "Password";
        }
    }

    /**
     * {@code SHA1(password)}: good for {@code mysql_native_password} alone. A server learns it from an answer that was right.
     *
     * @param once 20 bytes
     */
    record NativeKey(Bytes once) implements LoginSecret {
        public NativeKey {
            if (once.length() != NativePassword.HASH_BYTES) {
                throw new IllegalArgumentException("once: " + once.length() + " bytes (expected: 20)");
            }
        }

        @Override
        public String toString() {
            return "NativeKey";
        }
    }
}
