package io.shareddb.protocol.capability;

/**
 * What one side of a connection can do. A connection uses what both sides named. Bits 0 to 31 are MySQL's, 32 to 37
 * MariaDB's, which travel in fields that MySQL leaves zero.
 *
 * <p>Each flag says what this codec does about it: <em>handled</em> (it reads and writes what the flag changes),
 * <em>passed on</em> (nothing in the codec depends on it), <em>not offered</em>.
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/group__group__cs__capabilities__flags.html">manual</a>
 * @see <a href="https://mariadb.com/docs/server/reference/clientserver-protocol/1-connecting/connection">MariaDB</a>
 */
public enum Capability {
    /** MySQL: old passwords grew up, always set. MariaDB calls it CLIENT_MYSQL: absent means bits 32 and up are valid. */
    LONG_PASSWORD(0),
    /** Affected rows count the rows found instead of those changed. Passed on. */
    FOUND_ROWS(1),
    /** Column flags take two bytes. Always set. */
    LONG_FLAG(2),
    /** The login names a database. Handled. */
    CONNECT_WITH_DB(3),
    /** Refuse {@code db.table.column}. Passed on; obsolete. */
    NO_SCHEMA(4),
    /** zlib compression of packets. Handled by servers, where offered; clients do not ask for it. */
    COMPRESS(5),
    /** ODBC client. Passed on; without effect. */
    ODBC(6),
    /** {@code LOAD DATA LOCAL}. Handled. */
    LOCAL_FILES(7),
    /** Spaces before parentheses are ignored. Passed on. */
    IGNORE_SPACE(8),
    /** Protocol of 4.1, the only one here. Required. */
    PROTOCOL_41(9),
    /** {@code interactive_timeout} counts instead of {@code wait_timeout}. Passed on. */
    INTERACTIVE(10),
    /** TLS follows a short login packet. Handled. */
    SSL(11),
    /** The client ignores SIGPIPE. Passed on; without effect. */
    IGNORE_SIGPIPE(12),
    /** Status flags in EOF and OK. Always set. */
    TRANSACTIONS(13),
    /** Old name of {@link #PROTOCOL_41}. Passed on; without effect. */
    RESERVED(14),
    /** Authentication data of 20 bytes, with its length. Required. */
    SECURE_CONNECTION(15),
    /** Several statements in a query. Passed on. */
    MULTI_STATEMENTS(16),
    /** Several results of a query. Handled. */
    MULTI_RESULTS(17),
    /** Several results, and OUT parameters, of a prepared statement. Handled. */
    PS_MULTI_RESULTS(18),
    /** Authentication methods have names. Handled. */
    PLUGIN_AUTH(19),
    /** The login carries names and values about the client. Handled. */
    CONNECT_ATTRS(20),
    /** The authentication data of the login may be longer than 255 bytes. Handled. */
    PLUGIN_AUTH_LENENC_CLIENT_DATA(21),
    /** The client copes with an expired password. Passed on. */
    CAN_HANDLE_EXPIRED_PASSWORDS(22),
    /** OK packets tell what changed in the session. Handled. */
    SESSION_TRACK(23),
    /** Result sets end in an OK packet with header FE, without an EOF after the columns. Handled. */
    DEPRECATE_EOF(24),
    /** Result sets may come without column definitions. MySQL's own; handled where a response's end is looked for. */
    OPTIONAL_RESULTSET_METADATA(25),
    /** zstd compression of packets. Handled by servers that bring the algorithm; its level in the login is handled. */
    ZSTD_COMPRESSION_ALGORITHM(26),
    /** Queries carry named parameters. Handled. */
    QUERY_ATTRIBUTES(27),
    /** Second and third factor of authentication. Not offered. */
    MULTI_FACTOR_AUTHENTICATION(28),
    /** Reserved for more flags. MariaDB used it for progress reports once. Not offered. */
    CAPABILITY_EXTENSION(29),
    /** The client checks the server's certificate. Local to clients. */
    SSL_VERIFY_SERVER_CERT(30),
    /** The client keeps its options after a failed connect. Local to clients. */
    REMEMBER_OPTIONS(31),
    /** MariaDB: progress reports, as error packets with number FFFF. Not offered. */
    MARIADB_PROGRESS(32),
    /** MariaDB: several commands in one packet. Not offered; removed there. */
    MARIADB_COM_MULTI(33),
    /** MariaDB: {@code COM_STMT_BULK_EXECUTE}. Passed on. */
    MARIADB_STMT_BULK_OPERATIONS(34),
    /** MariaDB: column definitions carry more about the type. Handled. */
    MARIADB_EXTENDED_METADATA(35),
    /** MariaDB: column definitions may be left out when unchanged. Handled, and better not offered. */
    MARIADB_CACHE_METADATA(36),
    /** MariaDB: a bulk execute answers with a result set of the single results. Passed on. */
    MARIADB_BULK_UNIT_RESULTS(37);

    private final int bit;

    Capability(int bit) {
        this.bit = bit;
    }

    /** The flag alone in 64 bits. */
    public long mask() {
        return 1L << bit;
    }
}
