package io.shareddb.protocol.capability;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * Numbers of collations, and the character sets they belong to. A connection names its collation by number at login;
 * columns carry theirs.
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_character_set.html">manual</a>
 */
public final class Collation {
    /** Default of old clients. */
    public static final int LATIN1_SWEDISH_CI = 8;
    /** Unicode of up to three bytes. */
    public static final int UTF8MB3_GENERAL_CI = 33;
    /** Unicode; known to every server from 5.5 on. */
    public static final int UTF8MB4_GENERAL_CI = 45;
    /** Bytes, and the columns of numbers and times. */
    public static final int BINARY = 63;
    /** Default of MySQL 8 and newer. */
    public static final int UTF8MB4_0900_AI_CI = 255;

    private Collation() {}

    /**
     * The Java character set for SQL text on a connection with collation {@code id}; UTF-8 for those not listed here,
     * which is right for the many language variants of it and for what servers send as names.
     */
    public static Charset charset(int id) {
        return switch (id) {
            case 63 -> StandardCharsets.ISO_8859_1; // bytes: one character each, so that nothing is lost
            case 5, 8, 15, 31, 47, 48, 49, 94 -> platform("windows-1252"); // what MySQL calls latin1
            case 11, 65 -> StandardCharsets.US_ASCII;
            case 9, 2, 21, 27, 77 -> platform("ISO-8859-2");
            case 30, 78 -> platform("ISO-8859-9");
            case 20, 41, 42, 79 -> platform("ISO-8859-13");
            case 25, 70 -> platform("ISO-8859-7");
            case 16, 71 -> platform("ISO-8859-8");
            case 14, 23, 50, 51, 52 -> platform("windows-1251");
            case 26, 34, 44, 66, 99 -> platform("windows-1250");
            case 29, 58, 59 -> platform("windows-1257");
            case 57, 67 -> platform("windows-1256");
            case 7, 74 -> platform("KOI8-R");
            case 22, 75 -> platform("KOI8-U");
            case 36, 68 -> platform("IBM866");
            case 40, 81 -> platform("IBM852");
            case 4, 80 -> platform("IBM850");
            case 13, 88 -> platform("Shift_JIS");
            case 95, 96 -> platform("windows-31j");
            case 12, 91, 97, 98 -> platform("EUC-JP");
            case 19, 85 -> platform("EUC-KR");
            case 24, 86 -> platform("GB2312");
            case 28, 87 -> platform("GBK");
            case 248, 249, 250 -> platform("GB18030");
            case 1, 84 -> platform("Big5");
            case 18, 89 -> platform("TIS-620");
            default -> StandardCharsets.UTF_8;
        };
    }

    /** A character set by name, or bytes as they are where the Java platform came without it. */
    private static Charset platform(String name) {
        return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.ISO_8859_1;
    }
}
