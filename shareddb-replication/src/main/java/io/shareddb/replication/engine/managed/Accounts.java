package io.shareddb.replication.engine.managed;

import io.shareddb.replication.engine.Credentials;
import io.shareddb.replication.engine.EngineAccess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** The {@code --init-file} of a start: the accounts of operator and clients. Nothing of it enters the binlog. */
final class Accounts {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Accounts() {}

    /** The operator's account with a password that lasts until the next start. */
    static Credentials newOperator() {
        byte[] secret = new byte[24];
        RANDOM.nextBytes(secret);
        return new Credentials(
                EngineAccess.OPERATOR, Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
    }

    /**
     * Each statement is one line, as the engine wants it. All nodes' fresh engines get the same accounts but for the
     * operator's.
     *
     * @param first also make the clients' account
     */
    static String mariaDb(Credentials operator, Credentials clients, boolean first) {
        StringBuilder sql = new StringBuilder("SET NAMES utf8mb4;\nSET sql_log_bin=0;\n");
        for (String host : new String[] {"127.0.0.1", "localhost"}) {
            makeMariaDb(sql, operator, host);
        }
        if (first) {
            makeMariaDb(sql, clients, "%");
            sql.append("GRANT PROXY ON ''@'%' TO ")
                    .append(quote(clients.user()))
                    .append("@'%' WITH GRANT OPTION;\n");
        }
        return sql.toString();
    }

    private static void makeMariaDb(StringBuilder sql, Credentials account, String host) {
        String name = quote(account.user()) + "@" + quote(host);
        sql.append("CREATE OR REPLACE USER ").append(name);
        sql.append(" IDENTIFIED VIA mysql_native_password USING '");
        sql.append(account.password().isEmpty() ? "" : hash(account.password())).append("';\n");
        sql.append("GRANT ALL PRIVILEGES ON *.* TO ").append(name).append(" WITH GRANT OPTION;\n");
    }

    /**
     * As {@link #mariaDb}. MySQL heeds {@code super_read_only} in its init file as well, so that is the last thing.
     *
     * <p>The operator's account is altered, not made anew, so that it keeps its grants; what it may do never changes.
     */
    static String mySql(Credentials operator, Credentials clients, boolean first) {
        StringBuilder sql = new StringBuilder("SET NAMES utf8mb4;\nSET sql_log_bin=0;\n");
        for (String host : new String[] {"127.0.0.1", "localhost"}) {
            makeMySql(sql, operator, host);
        }
        if (first) {
            sql.append("DROP USER IF EXISTS 'root'@'localhost';\n"); // came with the data, and has no password
            makeMySql(sql, clients, "%");
            sql.append("GRANT PROXY ON ''@'' TO ").append(quote(clients.user())).append("@'%' WITH GRANT OPTION;\n");
        }
        return sql.append("SET GLOBAL super_read_only=1;\n").toString();
    }

    private static void makeMySql(StringBuilder sql, Credentials account, String host) {
        String name = quote(account.user()) + "@" + quote(host);
        String password = " IDENTIFIED WITH caching_sha2_password BY " + quote(account.password()) + ";\n";
        sql.append("CREATE USER IF NOT EXISTS ").append(name).append(password);
        sql.append("ALTER USER ").append(name).append(password);
        sql.append("GRANT ALL PRIVILEGES ON *.* TO ").append(name).append(" WITH GRANT OPTION;\n");
    }

    /** Readable by nobody else from its first byte on. */
    static void writePrivately(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text, StandardCharsets.UTF_8);
    }

    /** What {@code mysql_native_password} stores: {@code *} and SHA1(SHA1(password)) in hexadecimal. */
    private static String hash(String password) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            byte[] twice = sha1.digest(sha1.digest(password.getBytes(StandardCharsets.UTF_8)));
            return "*" + HexFormat.of().withUpperCase().formatHex(twice);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    private static String quote(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "''").replace("\n", "\\n") + "'";
    }
}
