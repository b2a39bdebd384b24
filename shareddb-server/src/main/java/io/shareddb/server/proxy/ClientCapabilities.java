package io.shareddb.server.proxy;

import static io.shareddb.server.proxy.ClientCapabilities.Position.ABSENT;
import static io.shareddb.server.proxy.ClientCapabilities.Position.ALIKE;
import static io.shareddb.server.proxy.ClientCapabilities.Position.MARIADB;
import static io.shareddb.server.proxy.ClientCapabilities.Position.MYSQL;
import static io.shareddb.server.proxy.ClientCapabilities.Position.OURS;
import static io.shareddb.server.proxy.ClientCapabilities.Position.TRANSLATED;

import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.protocol.handshake.LoginAttempt;
import io.shareddb.protocol.handshake.ServerLoginConfig;
import io.shareddb.protocol.wire.Compression;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** What the proxy makes of each capability: one table, and what follows from it. */
final class ClientCapabilities {
    /** Where a capability ends that a client may have. */
    enum Position {
        /** The engine's business: in use with the client and with the engine, or with neither. */
        ALIKE,
        /** The same, where the engine is MariaDB; not offered where it is MySQL. */
        MARIADB,
        /** The same the other way round. */
        MYSQL,
        /** Between the client and the proxy; the engine's connection has its own. */
        OURS,
        /** Always in use with the engine, and answers are changed for clients without. */
        TRANSLATED,
        /** Not offered, for the reason that stands beside it. */
        ABSENT
    }

    private static final Map<Capability, Position> POSITIONS = new EnumMap<>(Capability.class);

    static {
        position(Capability.LONG_PASSWORD, MYSQL); // its absence says that the other side is MariaDB
        position(Capability.FOUND_ROWS, ALIKE);
        position(Capability.LONG_FLAG, ALIKE);
        position(Capability.CONNECT_WITH_DB, OURS); // the database is part of the session's journal
        position(Capability.NO_SCHEMA, ALIKE);
        position(Capability.COMPRESS, OURS);
        position(Capability.ODBC, ABSENT); // without effect
        position(Capability.LOCAL_FILES, ALIKE);
        position(Capability.IGNORE_SPACE, ALIKE);
        position(Capability.PROTOCOL_41, ALIKE);
        position(Capability.INTERACTIVE, ALIKE);
        position(Capability.SSL, OURS); // offered where there is a certificate
        position(Capability.IGNORE_SIGPIPE, ABSENT); // without effect
        position(Capability.TRANSACTIONS, ALIKE);
        position(Capability.RESERVED, ABSENT); // without effect
        position(Capability.SECURE_CONNECTION, ALIKE);
        position(Capability.MULTI_STATEMENTS, ALIKE);
        position(Capability.MULTI_RESULTS, ALIKE);
        position(Capability.PS_MULTI_RESULTS, ALIKE);
        position(Capability.PLUGIN_AUTH, OURS);
        position(Capability.CONNECT_ATTRS, OURS); // passed on as they are, with what peers add
        position(Capability.PLUGIN_AUTH_LENENC_CLIENT_DATA, OURS);
        position(Capability.CAN_HANDLE_EXPIRED_PASSWORDS, ABSENT); // MySQL would refuse what sets a session up
        position(Capability.SESSION_TRACK, TRANSLATED); // the engine reports GTIDs and settings in it
        position(Capability.DEPRECATE_EOF, TRANSLATED);
        position(Capability.OPTIONAL_RESULTSET_METADATA, ABSENT); // the proxy looks for the end of the definitions
        position(Capability.ZSTD_COMPRESSION_ALGORITHM, OURS);
        position(Capability.QUERY_ATTRIBUTES, MYSQL); // the proxy looks behind them for the statement
        position(Capability.MULTI_FACTOR_AUTHENTICATION, ABSENT); // accounts have one password
        position(Capability.CAPABILITY_EXTENSION, ABSENT); // reserved
        position(Capability.SSL_VERIFY_SERVER_CERT, ABSENT); // local to clients
        position(Capability.REMEMBER_OPTIONS, ABSENT); // local to clients
        position(Capability.MARIADB_PROGRESS, ABSENT); // packets between those of an answer
        position(Capability.MARIADB_COM_MULTI, ABSENT); // no engine has it any more
        position(Capability.MARIADB_STMT_BULK_OPERATIONS, MARIADB);
        position(Capability.MARIADB_EXTENDED_METADATA, MARIADB);
        position(
                Capability.MARIADB_CACHE_METADATA,
                ABSENT); // two engines may execute one statement, and each has its cache
        position(Capability.MARIADB_BULK_UNIT_RESULTS, ABSENT); // not in every series of the engine
    }

    private static final Capabilities ON_MARIADB = with(ALIKE, OURS, TRANSLATED, MARIADB);
    private static final Capabilities ON_MYSQL = with(ALIKE, OURS, TRANSLATED, MYSQL);
    private static final Capabilities NOT_THE_ENGINES = with(OURS);

    private ClientCapabilities() {}

    private static void position(Capability capability, Position position) {
        POSITIONS.put(capability, position);
    }

    /** What becomes of {@code capability}. */
    static Position of(Capability capability) {
        return POSITIONS.getOrDefault(capability, ABSENT);
    }

    private static Capabilities with(Position... positions) {
        Capabilities found = Capabilities.NONE;
        for (Capability capability : Capability.values()) {
            for (Position position : positions) {
                if (of(capability) == position) {
                    found = found.with(capability);
                }
            }
        }
        return found;
    }

    /** Offered to clients. */
    static Capabilities offered(boolean mariaDb) {
        return mariaDb ? ON_MARIADB : ON_MYSQL;
    }

    /** Asked of an engine, or of another proxy, for a client that uses {@code client}; what the login itself needs is added. */
    static Capabilities atEngine(Capabilities client) {
        return new Capabilities(client.bits() & ~NOT_THE_ENGINES.bits())
                .with(
                        Capability.DEPRECATE_EOF,
                        Capability.SESSION_TRACK,
                        Capability.PLUGIN_AUTH,
                        Capability.PLUGIN_AUTH_LENENC_CLIENT_DATA,
                        Capability.SECURE_CONNECTION);
    }

    /** As {@code attempt}'s client asked for; zlib if it can do both, which is MySQL's order too. */
    static Optional<Compression> compression(LoginAttempt attempt) {
        Optional<Compression> zlib = ServerLoginConfig.zlibIfAsked(attempt);
        boolean zstd = attempt.capabilities().has(Capability.ZSTD_COMPRESSION_ALGORITHM);
        return zlib.isPresent() || !zstd
                ? zlib
                : Optional.of(ZstdCompression.ofLevel(attempt.login().zstdLevel()));
    }

    static boolean isCompressed(Capabilities inUse) {
        return inUse.has(Capability.COMPRESS) || inUse.has(Capability.ZSTD_COMPRESSION_ALGORITHM);
    }

    /** What {@link #compression} chose, for people; empty for none. */
    static String compressionName(Capabilities inUse) {
        if (inUse.has(Capability.COMPRESS)) {
            return "zlib";
        }
        return inUse.has(Capability.ZSTD_COMPRESSION_ALGORITHM) ? "zstd" : "";
    }
}
