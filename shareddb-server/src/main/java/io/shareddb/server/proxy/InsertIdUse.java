package io.shareddb.server.proxy;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which commands use the session's {@code LAST_INSERT_ID()}. Stateless. */
final class InsertIdUse {
    private static final Pattern NAMES =
            Pattern.compile("last_insert_id|@@(?:session\\.|local\\.)?`?identity", Pattern.CASE_INSENSITIVE);

    private InsertIdUse() {}

    /** Whether {@code request} names it. */
    static boolean isLikely(Request request) {
        return switch (request.command()) {
            case Command.QUERY -> request.usesInsertId() || isNamedIn(request.body());
            case Command.STMT_EXECUTE, Command.STMT_BULK_EXECUTE -> {
                PreparedStatement prepared = request.prepared();
                yield prepared != null && isNamedIn(prepared.sql());
            }
            default -> false;
        };
    }

    private static boolean isNamedIn(byte @Nullable [] sql) {
        return sql != null && isNamedIn(new String(sql, StandardCharsets.ISO_8859_1));
    }

    /** Whether {@code sql}, the whole or its beginning, names it. */
    static boolean isNamedIn(String sql) {
        return NAMES.matcher(sql).find();
    }
}
