package io.shareddb.server.proxy;

import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.replication.engine.StatementPolicy;
import java.time.Duration;

/** Every error that the proxy itself reports, once. Numbers and words are the engines' where they have them. */
final class ProxyErrors {
    /** The engine refuses a write since the transaction is read-only. */
    static final int READ_ONLY_TRANSACTION = 1792;

    /** The engine runs with an option that forbids the statement, such as {@code --read-only}. */
    static final int OPTION_PREVENTS = 1290;

    /** The engine does not understand the text. */
    static final int SYNTAX = 1064;

    private static final int NOT_LEADING = 9001; // no engine has it
    private static final String NOT_LEADING_STATE = "SD001";
    private static final String UNKNOWN_STATE = "08007";

    private ProxyErrors() {}

    static ErrPacket tooManyConnections() {
        return new ErrPacket(1040, "08004", "Too many connections");
    }

    static ErrPacket tooManyFromAddress(String user, int connections) {
        return new ErrPacket(
                1226,
                "42000",
                "User '" + user + "' has exceeded the 'max_connections_per_address' resource (current value: "
                        + connections + ")");
    }

    /** The engine has no connection left. */
    static boolean isTooManyConnections(ErrPacket error) {
        return error.number() == 1040;
    }

    static ErrPacket addressRefused(String address) {
        return new ErrPacket(1130, null, "Host '" + address + "' is not allowed to connect to this Shared DB node");
    }

    static ErrPacket accessDenied(String user, String address, boolean password) {
        return new ErrPacket(
                1045,
                "28000",
                "Access denied for user '" + user + "'@'" + address + "' (using password: " + (password ? "YES" : "NO")
                        + ")");
    }

    /** The engine gives a client at the node's address another account than the one that is the client's. */
    static ErrPacket accountUnreachable(String identity, String found) {
        return new ErrPacket(
                1045,
                "28000",
                "Access denied: " + identity
                        + " cannot be used through Shared DB, because the node logs in on the engine from"
                        + " its own address and is given " + found
                        + " there; make the account for a host pattern that includes that address");
    }

    /** The engine lets an account do nothing but change its password. */
    static boolean isPasswordExpired(ErrPacket error) {
        return error.number() == 1820;
    }

    static ErrPacket passwordExpired() {
        return new ErrPacket(
                1862,
                "HY000",
                "Your password has expired. To log in you must change it using a client that supports expired passwords.");
    }

    static boolean isAccessDenied(ErrPacket error) {
        return error.number() == 1045;
    }

    static ErrPacket tlsRequired() {
        return new ErrPacket(
                3159,
                "HY000",
                "Connections using insecure transport are prohibited: this Shared DB node requires TLS (CLIENT_TLS=require)");
    }

    static ErrPacket handshakeTimeout() {
        return new ErrPacket(1159, "08S01", "Got timeout reading communication packets: no complete login in time");
    }

    static ErrPacket malformed(String what) {
        return new ErrPacket(1835, "HY000", "Malformed communication packet: " + what);
    }

    static ErrPacket outOfOrder(int sequence) {
        return new ErrPacket(1156, "08S01", "Got packets out of order: sequence number " + sequence + " (expected: 0)");
    }

    static ErrPacket tooLarge(long maxPayloadBytes) {
        return new ErrPacket(
                1153, "08S01", "Got a packet bigger than the proxy's limit of " + maxPayloadBytes + " bytes");
    }

    static ErrPacket unknownCommand(int command) {
        return new ErrPacket(1047, "08S01", "Unknown command 0x" + Integer.toHexString(command));
    }

    static ErrPacket refusedCommand(String name) {
        return new ErrPacket(
                1235,
                "42000",
                name + " is not supported by Shared DB: it would reach one engine alone, past the replicated log");
    }

    static ErrPacket refused(StatementPolicy.Refusal refusal) {
        return new ErrPacket(
                OPTION_PREVENTS, "HY000", "Shared DB refuses " + refusal.statement() + ": " + refusal.reason());
    }

    static ErrPacket noLeader(Duration waited) {
        return new ErrPacket(
                OPTION_PREVENTS,
                "HY000",
                "no leader: this statement needs the cluster's leader, none was there for " + waited.toMillis()
                        + " ms; nothing was executed, try again");
    }

    /** A read that this node's engine cannot answer, and nobody else did. */
    static ErrPacket noReader(Duration waited, String reason) {
        return new ErrPacket(
                OPTION_PREVENTS,
                "HY000",
                "no leader, and this node's engine cannot answer reads" + (reason.isEmpty() ? "" : " (" + reason + ")")
                        + ": it stayed so for " + waited.toMillis()
                        + " ms; nothing was executed, try again or ask another node");
    }

    /** Nobody knows how old the data of this node's engine are. */
    static ErrPacket staleRead(Duration withoutLeader) {
        return new ErrPacket(
                OPTION_PREVENTS,
                "HY000",
                "no leader for " + withoutLeader.toSeconds()
                        + " s: what this node holds may be old, and was not asked for (consistency=eventual asks for it,"
                        + " STALE_READS=allow allows it to all); nothing was executed");
    }

    static ErrPacket diskFull(String reason) {
        return new ErrPacket(
                1021,
                "HY000",
                "Disk full: " + reason
                        + "; nothing was executed. Reads, COMMIT, DROP and TRUNCATE go on, and everything"
                        + " else as soon as there is room");
    }

    static ErrPacket engineUnreachable(String where, String cause) {
        return new ErrPacket(
                OPTION_PREVENTS,
                "HY000",
                "no connection to " + where + ": " + cause + "; nothing was executed, try again");
    }

    /** From one node to another, never to a client: it does not lead, and nothing of the command was executed. */
    static ErrPacket notLeading() {
        return new ErrPacket(NOT_LEADING, NOT_LEADING_STATE, "this node does not lead; nothing was executed");
    }

    static boolean isNotLeading(ErrPacket error) {
        return error.number() == NOT_LEADING && NOT_LEADING_STATE.equals(error.sqlState());
    }

    /** Whether another node says so of what it was asked. */
    static boolean isOutcomeUnknown(ErrPacket error) {
        return UNKNOWN_STATE.equals(error.sqlState());
    }

    static ErrPacket rolledBack() {
        return new ErrPacket(
                1213,
                "40001",
                "the leader changed or its engine was lost: the transaction was rolled back; try restarting it");
    }

    static ErrPacket outcomeUnknown() {
        return new ErrPacket(
                1105,
                UNKNOWN_STATE,
                "outcome unknown: the leader changed or its engine was lost while this statement may have been"
                        + " committing; look before you repeat it");
    }

    static ErrPacket wrongValue(String variable, String value, String expected) {
        return new ErrPacket(
                1231,
                "42000",
                "Variable '" + variable + "' can't be set to the value of '" + value + "' (expected: " + expected
                        + ")");
    }

    static ErrPacket readOnlyVariable(String variable) {
        return new ErrPacket(1238, "HY000", "Variable '" + variable + "' is a read only variable");
    }

    static ErrPacket unknownPrepared(long id, String caller) {
        return new ErrPacket(1243, "HY000", "Unknown prepared statement handler (" + id + ") given to " + caller);
    }

    static ErrPacket noCursor(long id) {
        return new ErrPacket(1421, "HY000", "The statement (" + id + ") has no open cursor.");
    }

    static ErrPacket typesMissing() {
        return new ErrPacket(
                1105,
                "HY000",
                "this long execution came without the types of its parameters, and the connection that must execute it has"
                        + " not had them; nothing was executed, prepare the statement again");
    }

    static ErrPacket noDatabase() {
        return new ErrPacket(1046, "3D000", "No database selected");
    }

    static ErrPacket stateLost() {
        return new ErrPacket(
                1053,
                "08S01",
                "the leader changed or its engine was lost, and with it this session's"
                        + " user variables, temporary tables or locks; connect again");
    }

    static ErrPacket insertIdLost() {
        return new ErrPacket(
                1053,
                "08S01",
                "the leader changed or its engine was lost, and with it what LAST_INSERT_ID() was in this session;"
                        + " connect again");
    }

    static ErrPacket shutdown() {
        return new ErrPacket(1053, "08S01", "Server shutdown in progress");
    }

    static ErrPacket killed() {
        return new ErrPacket(1927, "70100", "Connection was killed");
    }

    static ErrPacket interrupted() {
        return new ErrPacket(1317, "70100", "Query execution was interrupted");
    }

    static ErrPacket notOwner(long id) {
        return new ErrPacket(1095, "HY000", "You are not owner of thread " + id);
    }

    static ErrPacket notKilled(Throwable cause) {
        return new ErrPacket(
                1105, "HY000", "cannot reach what executes the statement, so it goes on: " + cause.getMessage());
    }

    static boolean isUnknownThread(ErrPacket error) {
        return error.number() == 1094;
    }

    static ErrPacket unknownThread(long id) {
        return new ErrPacket(1094, "HY000", "Unknown thread id: " + id);
    }
}
