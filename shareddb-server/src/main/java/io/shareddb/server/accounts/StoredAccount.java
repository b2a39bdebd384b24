package io.shareddb.server.accounts;

import io.shareddb.protocol.auth.CachingSha2Password;
import io.shareddb.protocol.auth.Credential;
import io.shareddb.protocol.auth.NativePassword;
import io.shareddb.protocol.wire.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Optional;

/**
 * One account as the engine stores it.
 *
 * @param host whom it is for
 * @param user empty for one that is for every name
 * @param method how its password is checked
 * @param stored what is kept of the password; empty for the empty password
 */
record StoredAccount(HostPattern host, String user, String method, Bytes stored) {
    /** As engines sort them: the first one that matches is the client's. */
    static final Comparator<StoredAccount> ORDER = Comparator.<StoredAccount>comparingInt(
                    account -> -account.host().specificity())
            .thenComparing(account -> account.user().isEmpty());

    /** As {@code CURRENT_USER()} gives it. */
    String identity() {
        return user + "@" + host.text();
    }

    /** Whether this proxy knows the account's method. */
    boolean checkable() {
        return method.equals(NativePassword.NAME) || method.equals(CachingSha2Password.NAME);
    }

    /** What to check a password against; empty if it is nobody's, such as {@code invalid}. */
    Optional<Credential> credential() {
        if (stored.isEmpty()) {
            return Optional.of(new Credential.PlainPassword(""));
        }
        try {
            return Optional.of(
                    method.equals(NativePassword.NAME)
                            ? Credential.NativeHash.parse(stored.toString(StandardCharsets.ISO_8859_1))
                            : Credential.SaltedHash.parse(stored));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return identity() + " by " + method;
    }
}
