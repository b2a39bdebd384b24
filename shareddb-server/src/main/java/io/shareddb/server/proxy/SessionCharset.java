package io.shareddb.server.proxy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** The character sets of engines, by their names, for the few names that the proxy sends itself. */
final class SessionCharset {
    private SessionCharset() {}

    /**
     * The Java character set for text in an engine's {@code name}.
     *
     * @param name a value of {@code character_set_client}
     * @return UTF-8 where Java has none
     */
    static Charset of(String name) {
        String known =
                switch (name) {
                    case "utf8mb3", "utf8mb4" -> "UTF-8";
                    case "latin1" -> "windows-1252"; // what engines mean by it
                    case "latin7" -> "ISO-8859-13";
                    case "koi8r" -> "KOI8-R";
                    case "koi8u" -> "KOI8-U";
                    case "ujis", "eucjpms" -> "EUC-JP";
                    case "cp932" -> "windows-31j";
                    case "binary" -> "UTF-8"; // taken as names are kept
                    default -> name;
                };
        try {
            return Charset.forName(known);
        } catch (IllegalArgumentException e) { // Java has none of that name
            return StandardCharsets.UTF_8;
        }
    }
}
