package io.shareddb.replication.engine.mariadb;

/** Literals and names in SQL text, for sessions without {@code NO_BACKSLASH_ESCAPES}. */
final class Quoting {
    private Quoting() {}

    static String string(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    static String name(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    /** {@code user@host}, as the engine's tables write it, or the name of a role. */
    static String account(String text) {
        int at = text.lastIndexOf('@');
        return at < 0 ? name(text) : name(text.substring(0, at)) + "@" + name(text.substring(at + 1));
    }
}
