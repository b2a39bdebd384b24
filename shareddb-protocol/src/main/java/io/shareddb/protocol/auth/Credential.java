package io.shareddb.protocol.auth;

import io.shareddb.protocol.wire.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/** What a server knows of an account's password. Immutable; {@link Object#toString} shows no secret. */
public sealed interface Credential {
    /** The methods that can check it, the preferred one first. */
    List<String> methods();

    /** Methods that can check it as well, but ask more of the client; for those that know none of {@link #methods}. */
    default List<String> fallbacks() {
        return List.of();
    }

    /** The password itself: every method can check it, none needs the full exchange. */
    record PlainPassword(String password) implements Credential {
        @Override
        public List<String> methods() {
            return List.of(CachingSha2Password.NAME, NativePassword.NAME);
        }

        @Override
        public String toString() {
            return "PlainPassword";
        }
    }

    /** A hash to which the password itself can be compared: what {@code caching_sha2_password}'s full exchange is for. */
    sealed interface Hash extends Credential {
        /** If this is the hash of {@code password}. May take milliseconds: not for an event loop. */
        boolean verify(String password);
    }

    /**
     * {@code SHA1(SHA1(password))}, as engines store it for {@code mysql_native_password}. Clients that do not know that method any more,
     * such as MySQL's of 9.0 and newer, show their password by the full exchange of {@code caching_sha2_password}.
     *
     * @param stored 20 bytes, see {@link NativePassword#stored}
     */
    record NativeHash(Bytes stored) implements Hash {
        /** Reads the engine's form: '*' and 40 hexadecimal digits. */
        public static NativeHash parse(String authenticationString) {
            if (!authenticationString.matches("\\*[0-9A-Fa-f]{40}")) {
                throw new IllegalArgumentException("authenticationString: (expected: '*' and 40 hexadecimal digits)");
            }
            return new NativeHash(Bytes.hex(authenticationString.substring(1)));
        }

        @Override
        public boolean verify(String password) {
            return stored.equalsInConstantTime(NativePassword.stored(password));
        }

        @Override
        public List<String> methods() {
            return List.of(NativePassword.NAME);
        }

        @Override
        public List<String> fallbacks() {
            return List.of(CachingSha2Password.NAME);
        }
    }

    /**
     * {@code SHA256(SHA256(password))}: enough for the fast exchange of {@code caching_sha2_password}.
     *
     * @param entry 32 bytes, see {@link CachingSha2Password#cacheEntry}
     */
    record CacheEntry(Bytes entry) implements Credential {
        @Override
        public List<String> methods() {
            return List.of(CachingSha2Password.NAME);
        }
    }

    /**
     * The salted hash that MySQL stores for {@code caching_sha2_password}: needs the full exchange, since only the
     * password itself can be checked against it.
     *
     * @param rounds of the hash; 5000 by default in MySQL 8, 10000 in 9.7
     * @param salt 20 bytes
     * @param hash 43 characters
     */
    record SaltedHash(int rounds, Bytes salt, String hash) implements Hash {
        private static final int SALT_BYTES = 20;

        /** {@code $A$}, three hexadecimal digits of thousands of rounds, {@code $}, salt, hash: 70 bytes in all. */
        public static SaltedHash parse(Bytes authenticationString) {
            String text = authenticationString.toString(StandardCharsets.ISO_8859_1);
            if (text.length() != 70 || !text.startsWith("$A$") || text.charAt(6) != '$') {
                throw new IllegalArgumentException(
                        "authenticationString: (expected: $A$005$, salt and hash, 70 bytes)");
            }
            int rounds = Integer.parseInt(text.substring(3, 6), 16) * 1000;
            return new SaltedHash(
                    rounds, authenticationString.slice(7, 7 + SALT_BYTES), text.substring(7 + SALT_BYTES));
        }

        @Override
        public boolean verify(String password) {
            byte[] expected = hash.getBytes(StandardCharsets.ISO_8859_1);
            byte[] found = Sha256Crypt.hash(password, salt, rounds).getBytes(StandardCharsets.ISO_8859_1);
            return MessageDigest.isEqual(expected, found);
        }

        @Override
        public List<String> methods() {
            return List.of(CachingSha2Password.NAME);
        }

        @Override
        public String toString() {
            return "SaltedHash";
        }
    }
}
