package io.shareddb.replication.engine.sql;

/** Literals and names in SQL text, for sessions without {@code NO_BACKSLASH_ESCAPES}. */
public final class Quoting {
    private Quoting() {}

    public static String string(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    public static String name(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    /** {@code user@host}, as the engine's tables write it, or the name of a role. */
    public static String account(String text) {
        int at = text.lastIndexOf('@');
        return at < 0 ? name(text) : name(text.substring(0, at)) + "@" + name(text.substring(at + 1));
    }
}
