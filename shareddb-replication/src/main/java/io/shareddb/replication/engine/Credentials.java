package io.shareddb.replication.engine;

/**
 * An account's name and password.
 *
 * @param user the account's name
 * @param password in clear; never logged
 */
public record Credentials(String user, String password) {
    @Override
    public String toString() {
        return "Credentials[" + user + "]";
    }
}
