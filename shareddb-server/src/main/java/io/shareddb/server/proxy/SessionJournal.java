package io.shareddb.server.proxy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What can be made again on another engine connection: the default database, and {@code SET} of session variables to constants,
 * in the order in which they were made. Event loop only.
 *
 * <p>An entry replaces the one before it that sets exactly the same variables. Each has a version; a connection is up to date once
 * it has executed everything up to {@link #version()} and has the same {@link Backend#database}.
 */
final class SessionJournal {
    /** From here on it is {@link #isLong}: what one command more may add has room. */
    private static final int MANY_ENTRIES = 64;

    private static final int MAX_ENTRIES = 2 * MANY_ENTRIES;
    private static final Set<String> ACCESS = Set.of("tx_read_only", "transaction_read_only");
    private static final Pattern WORD = Pattern.compile("[a-z0-9_]+");

    private static final Pattern WAIT_TIMEOUT =
            Pattern.compile("\\bwait_timeout`?\\s*:?=\\s*(\\d{1,8})\\b", Pattern.CASE_INSENSITIVE);

    private final List<Entry> entries = new ArrayList<>();
    private long version;
    private boolean overflowed;
    private String database = "";
    private @Nullable Duration waitTimeout;
    private @Nullable String insertId;

    /**
     * One setting.
     *
     * @param version place in the order, from 1
     * @param names what it sets
     * @param sql the statement
     * @param leaderOnly about transactions, so not for a connection that must stay read-only
     */
    record Entry(long version, String names, String sql, boolean leaderOnly) {}

    /** Adds a statement that succeeded. */
    void add(String names, String sql, boolean leaderOnly) {
        entries.removeIf(entry -> entry.names().equals(names));
        if (entries.size() == MAX_ENTRIES) {
            overflowed = true;
        } else {
            entries.add(new Entry(++version, names, sql, leaderOnly));
        }
        if (names.contains("WAIT_TIMEOUT")) {
            Matcher seconds = WAIT_TIMEOUT.matcher(sql);
            if (seconds.find()) {
                waitTimeout = Duration.ofSeconds(Long.parseLong(seconds.group(1)));
            }
        }
    }

    /**
     * Adds a variable with the value that the engine has; false if that cannot be written as SQL.
     *
     * @param value empty for NULL
     * @param number it must be written without quotes
     */
    boolean addValue(String variable, Optional<String> value, boolean number) {
        String text = value.orElse("");
        if (text.indexOf('\'') >= 0
                || text.indexOf('\\') >= 0
                || !WORD.matcher(variable).matches()) {
            return false;
        }
        boolean none = value.isEmpty() || (text.isEmpty() && variable.startsWith("character_set_"));
        boolean transactions = variable.equals("autocommit") && !(text.equals("ON") || text.equals("1"));
        String sql = "SET SESSION " + variable + " = " + (none ? "NULL" : number ? text : "'" + text + "'");
        add(variable.toUpperCase(Locale.ROOT), sql, transactions || ACCESS.contains(variable));
        return true;
    }

    /** What {@code SET wait_timeout} asks for; empty without. */
    Optional<Duration> waitTimeout() {
        return Optional.ofNullable(waitTimeout);
    }

    /** The session's {@code LAST_INSERT_ID()}, which connections made from now on must have. */
    void insertId(String id) {
        insertId = id;
    }

    /** It went with the leader's connection. */
    void forgetInsertId() {
        insertId = null;
    }

    /** What a new connection to the leader has to execute first. */
    Optional<String> first() {
        return Optional.ofNullable(insertId).map(id -> "SET SESSION last_insert_id = " + id);
    }

    /** Notes the default database, empty for none. */
    void database(String name) {
        database = name;
    }

    /** Empty for none. */
    String database() {
        return database;
    }

    /** There are so many settings that further ones may have no place here: they must be made where everything is executed. */
    boolean isLong() {
        return entries.size() >= MANY_ENTRIES;
    }

    /** Whether settings were dropped, so that the session cannot be made again. */
    boolean overflowed() {
        return overflowed;
    }

    long version() {
        return version;
    }

    /** What a connection that has executed everything up to {@code applied} lacks. */
    List<Entry> after(long applied, boolean leader) {
        if (applied == version) {
            return List.of();
        }
        return entries.stream()
                .filter(entry -> entry.version() > applied && (leader || !entry.leaderOnly()))
                .toList();
    }
}
