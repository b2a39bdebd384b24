package io.shareddb.server.accounts;

import io.shareddb.protocol.auth.LoginSecret;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Passwords that were right, so that the next login needs neither the slow hash nor the password itself on the wire: what the
 * engine's own cache is for. In memory only; what the engine stores is the key, so that a changed password is not found.
 * Thread-safe.
 */
final class KnownPasswords {
    private static final int MAX_ACCOUNTS = 10_000;

    private final Map<StoredAccount, LoginSecret.Password> passwords = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<StoredAccount, LoginSecret.Password> eldest) {
            return size() > MAX_ACCOUNTS;
        }
    }; // guarded by this: logins of all event loops

    synchronized Optional<LoginSecret.Password> find(StoredAccount account) {
        return Optional.ofNullable(passwords.get(account));
    }

    synchronized void add(StoredAccount account, LoginSecret.Password password) {
        passwords.put(account, password);
    }
}
