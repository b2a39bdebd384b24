package io.shareddb.server.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.shareddb.protocol.packet.ColumnType;
import io.shareddb.protocol.wire.Bytes;
import io.shareddb.protocol.wire.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes up statements over one table of all types, the same for the same seed; some of them wrong. One thread. */
final class StatementGenerator {
    private static final int STATEMENTS = 1_000;
    private static final int ROWS = 60;
    private static final String[] COLUMNS = {
        "id", "i", "u", "d", "f", "s", "c", "b", "dt", "da", "t", "y", "e", "st", "j", "bi"
    };
    private static final String[] TEXTS = {
        "",
        "a",
        "A",
        "abc",
        "ABC def",
        "10",
        "-7.5e3",
        "ü€ ß",
        "it''s",
        "\\\\x",
        "%a_",
        "2024-02-29",
        "23:59:59.5",
        "[1, 2]",
        "{\"a\": 1}"
    };
    private static final String[] ONE = {
        "ABS",
        "CEIL",
        "FLOOR",
        "SIGN",
        "SQRT",
        "HEX",
        "LENGTH",
        "CHAR_LENGTH",
        "UPPER",
        "LOWER",
        "REVERSE",
        "TRIM",
        "ASCII",
        "BIN",
        "CRC32",
        "MD5",
        "SHA1",
        "DATE",
        "TIME",
        "YEAR",
        "MONTH",
        "DAYOFWEEK",
        "TO_DAYS",
        "LAST_DAY",
        "ISNULL",
        "QUOTE",
        "SOUNDEX",
        "JSON_VALID",
        "JSON_TYPE",
        "JSON_LENGTH",
        "TO_BASE64",
        "BIT_COUNT",
        "INET_ATON",
        "EXP",
        "LN",
        "SEC_TO_TIME",
        "UNHEX",
        "OCT"
    };
    private static final String[] TWO = {
        "CONCAT",
        "IFNULL",
        "NULLIF",
        "GREATEST",
        "LEAST",
        "ROUND",
        "TRUNCATE",
        "LEFT",
        "RIGHT",
        "REPEAT",
        "INSTR",
        "MOD",
        "POW",
        "STRCMP",
        "FIND_IN_SET",
        "DATEDIFF",
        "TIMEDIFF",
        "ADDTIME",
        "FORMAT",
        "COALESCE",
        "DATE_FORMAT",
        "PERIOD_ADD",
        "JSON_EXTRACT"
    };
    private static final String[] THREE = {
        "IF", "SUBSTRING", "REPLACE", "LPAD", "RPAD", "CONCAT_WS", "MAKEDATE", "ELT", "CONV", "FIELD"
    };
    private static final String[] OPERATORS = {
        "+", "-", "*", "/", "DIV", "%", "=", "<", ">=", "<>", "<=>", "AND", "OR", "XOR", "|", "&", "LIKE"
    };
    private static final String[] CASTS = {
        "SIGNED", "UNSIGNED", "CHAR", "DECIMAL(10, 2)", "DATETIME", "DATE", "TIME", "BINARY(3)"
    };
    private static final String[] AGGREGATES = {
        "COUNT", "SUM", "MIN", "MAX", "AVG", "STDDEV", "BIT_OR", "COUNT(DISTINCT "
    };

    private final Random random;
    private final boolean prepared;
    private final List<Parameter> bound = new ArrayList<>();

    /** A value for a question mark. */
    private record Parameter(int type, boolean unsigned, Bytes value) {}

    StatementGenerator(long seed, boolean prepared) {
        this.random = new Random(seed);
        this.prepared = prepared;
    }

    Corpus corpus() {
        List<WireSession.Sent> statements = new ArrayList<>();
        statements.add(new WireSession.Sent(
                "CREATE TABLE g (id INT PRIMARY KEY AUTO_INCREMENT, i INT, u BIGINT UNSIGNED, d DECIMAL(12, 3), f DOUBLE,"
                        + " s VARCHAR(60) CHARACTER SET utf8mb4, c CHAR(10) CHARACTER SET latin1, b BLOB, dt DATETIME(3), da DATE, t TIME(2),"
                        + " y YEAR, e ENUM('a', 'b', 'c'), st SET('x', 'y', 'z'), j JSON, bi BIT(10), KEY (i), KEY (s))",
                null));
        StringBuilder rows = new StringBuilder("INSERT INTO g VALUES ");
        for (int i = 0; i < ROWS; i++) {
            rows.append(i == 0 ? "" : ", ").append(row());
        }
        statements.add(new WireSession.Sent(rows.toString(), null));
        while (statements.size() < STATEMENTS) {
            bound.clear();
            String sql = statement();
            statements.add(new WireSession.Sent(sql, bound.isEmpty() ? null : encoded()));
        }
        return new Corpus("generated", false, statements);
    }

    private String row() {
        int n = random.nextInt(1000);
        String text = "'" + one(TEXTS) + "'";
        return random.nextInt(8) == 0
                ? "(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)"
                : "(NULL, " + (n - 500) + ", " + n + "00000000000, " + n + ".125, " + n + "e-3, " + text + ", 'c" + n
                        + "', 0x00ff"
                        + Integer.toHexString(16 + n % 200) + ", '2024-0" + (1 + n % 9) + "-1" + n % 9
                        + " 10:11:12.345', '2023-1" + n % 3
                        + "-05', '" + (n % 80) + ":01:02.5', " + (1970 + n % 80) + ", '" + "abc".charAt(n % 3) + "', '"
                        + (n % 2 == 0 ? "x,z" : "y") + "', '{\"k\": " + n + "}', b'" + Integer.toBinaryString(n) + "')";
    }

    private String statement() {
        int kind = random.nextInt(100);
        if (kind < 42) {
            String list = expression(3, false);
            for (int i = random.nextInt(3); i > 0; i--) {
                list += ", " + expression(2, false);
            }
            return "SELECT " + list;
        } else if (kind < 68) {
            return "SELECT id, " + expression(2, true) + ", " + one(COLUMNS) + " FROM g WHERE " + expression(2, true)
                    + " ORDER BY id LIMIT " + (1 + random.nextInt(9));
        } else if (kind < 76) {
            String call = one(AGGREGATES);
            return "SELECT e, " + (call.endsWith(" ") ? call : call + "(") + one(COLUMNS)
                    + ") AS a FROM g GROUP BY e HAVING a IS NOT NULL" + " ORDER BY e";
        } else if (kind < 80) {
            return "SELECT a.id, b." + one(COLUMNS) + " FROM g a LEFT JOIN g b ON a.i = b.i + " + literal()
                    + " WHERE a.id < 9 ORDER BY a.id, b.id";
        } else if (kind < 84) {
            return "SELECT id, SUM(i) OVER (PARTITION BY e ORDER BY id) FROM g WHERE id > " + literal()
                    + " ORDER BY id LIMIT 20";
        } else if (kind < 88) {
            return "UPDATE g SET " + one(COLUMNS) + " = " + expression(2, true) + " WHERE id = "
                    + (1 + random.nextInt(ROWS));
        } else if (kind < 90) {
            return "INSERT INTO g (i, s, f) VALUES (" + expression(1, false) + ", " + literal() + ", " + literal()
                    + ")";
        } else if (kind < 91) {
            return "DELETE FROM g WHERE id = " + (10 + random.nextInt(ROWS)) + " AND " + expression(1, true);
        } else if (kind < 94) {
            return one(
                    "SHOW COLUMNS FROM g",
                    "SHOW INDEX FROM g WHERE Key_name = 'PRIMARY' AND 0",
                    "SHOW TABLES",
                    "SELECT DATABASE(), LAST_INSERT_ID() * 0",
                    "SELECT ROW_COUNT()",
                    "SELECT FOUND_ROWS()",
                    "SELECT @@warning_count");
        } else if (kind < 96) {
            return one(
                    "SET sql_mode = 'STRICT_TRANS_TABLES'",
                    "SET sql_mode = ''",
                    "SET div_precision_increment = 6",
                    "SET time_zone = '+01:00'",
                    "SET sql_mode = CONCAT(@@sql_mode, ',NO_ZERO_DATE')",
                    "SET group_concat_max_len = 100");
        }
        String right = "SELECT " + expression(2, true) + " FROM g WHERE id IN (1, 2) ORDER BY 1";
        int cut = 7 + random.nextInt(right.length() - 7);
        bound.clear();
        return right.replace("?", "7").substring(0, cut); // mostly wrong
    }

    private String expression(int depth, boolean columns) {
        int kind = depth == 0 ? random.nextInt(2) : random.nextInt(12);
        return switch (kind) {
            case 0 -> literal();
            case 1 -> columns ? one(COLUMNS) : literal();
            case 2, 3 -> one(ONE) + "(" + expression(depth - 1, columns) + ")";
            case 4, 5 -> one(TWO) + "(" + expression(depth - 1, columns) + ", " + expression(depth - 1, columns) + ")";
            case 6 ->
                one(THREE) + "(" + expression(depth - 1, columns) + ", " + expression(depth - 1, columns) + ", "
                        + expression(depth - 1, columns) + ")";
            case 7 -> "CAST(" + expression(depth - 1, columns) + " AS " + one(CASTS) + ")";
            case 8 ->
                "CASE WHEN " + expression(depth - 1, columns) + " THEN " + expression(depth - 1, columns) + " ELSE "
                        + expression(depth - 1, columns) + " END";
            case 9 -> expression(depth - 1, columns) + " IS NULL";
            default ->
                "(" + expression(depth - 1, columns) + " " + one(OPERATORS) + " " + expression(depth - 1, columns)
                        + ")";
        };
    }

    private String literal() {
        int kind = random.nextInt(9);
        int number = random.nextInt(200) - 100;
        boolean binds = prepared && random.nextBoolean();
        if (binds) {
            bound.add(parameter(kind, number));
            return "?";
        }
        return switch (kind) {
            case 0, 1 -> String.valueOf(number);
            case 2 -> number + "." + random.nextInt(1000);
            case 3 -> number + "e" + random.nextInt(5);
            case 4 -> "NULL";
            case 5 -> "DATE '2024-02-2" + random.nextInt(10) + "'";
            case 6 -> "0x41" + (10 + random.nextInt(80));
            default -> "'" + one(TEXTS) + "'";
        };
    }

    private Parameter parameter(int kind, int number) {
        ByteBuf value = Unpooled.buffer();
        switch (kind) {
            case 0, 1 -> {
                value.writeLongLE(number);
                return new Parameter(ColumnType.LONGLONG, false, Bytes.of(value));
            }
            case 2 -> {
                value.writeIntLE(Math.abs(number));
                return new Parameter(ColumnType.LONG, true, Bytes.of(value));
            }
            case 3 -> {
                value.writeDoubleLE(number / 8.0);
                return new Parameter(ColumnType.DOUBLE, false, Bytes.of(value));
            }
            case 4 -> {
                return new Parameter(ColumnType.NULL, false, Bytes.EMPTY);
            }
            case 5 -> {
                value.writeByte(7).writeShortLE(2024).writeByte(2).writeByte(1 + random.nextInt(29));
                value.writeByte(random.nextInt(24)).writeByte(1).writeByte(2);
                return new Parameter(ColumnType.DATETIME, false, Bytes.of(value));
            }
            case 6 -> {
                value.writeByte(3).writeBytes(new byte[] {0, (byte) number, 'x'});
                return new Parameter(ColumnType.BLOB, false, Bytes.of(value));
            }
            default -> {
                Fields.writeLengthEncodedString(value, one(TEXTS));
                return new Parameter(ColumnType.VAR_STRING, false, Bytes.of(value));
            }
        }
    }

    /** NULLs, types and values of what is bound. */
    private Bytes encoded() {
        ByteBuf out = Unpooled.buffer();
        byte[] nulls = new byte[(bound.size() + 7) / 8];
        for (int i = 0; i < bound.size(); i++) {
            if (bound.get(i).type() == ColumnType.NULL) {
                nulls[i / 8] |= (byte) (1 << (i % 8));
            }
        }
        out.writeBytes(nulls).writeByte(1);
        for (Parameter parameter : bound) {
            out.writeByte(parameter.type()).writeByte(parameter.unsigned() ? 0x80 : 0);
        }
        for (Parameter parameter : bound) {
            parameter.value().write(out);
        }
        return Bytes.of(out);
    }

    private String one(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
