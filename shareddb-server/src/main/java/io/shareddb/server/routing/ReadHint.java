package io.shareddb.server.routing;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a comment in a statement asks of the read: <code>/* shareddb: consistency=strong, min_seq=4711 *&#47;</code>.
 *
 * @param consistency empty for the session's
 * @param minSeq what it must see at least, on top of what its session must; 0 for nothing
 */
public record ReadHint(Optional<Consistency> consistency, long minSeq) {
    /** Asks for nothing. */
    public static final ReadHint NONE = new ReadHint(Optional.empty(), 0);

    private static final Pattern COMMENT = Pattern.compile("/\\*\\s*shareddb:([^*]*)\\*/", Pattern.CASE_INSENSITIVE);
    private static final Pattern PART = Pattern.compile("(\\w+)\\s*=\\s*(\\w+)");
    private static final Pattern SEQ = Pattern.compile("\\d{1,18}");

    /** The first such comment in {@code sql}; what is unknown in it, or makes no sense, asks for nothing. */
    public static ReadHint of(CharSequence sql) {
        Matcher comment = COMMENT.matcher(sql);
        if (!comment.find()) {
            return NONE;
        }
        Optional<Consistency> consistency = Optional.empty();
        long minSeq = 0;
        Matcher part = PART.matcher(comment.group(1));
        while (part.find()) {
            String value = part.group(2);
            switch (part.group(1).toLowerCase(Locale.ROOT)) {
                case "consistency" -> consistency = Consistency.of(value);
                case "min_seq" -> minSeq = SEQ.matcher(value).matches() ? Long.parseLong(value) : 0;
                default -> {}
            }
        }
        return new ReadHint(consistency, minSeq);
    }
}
