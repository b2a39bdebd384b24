package io.shareddb.replication.snapshot;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One piece of a snapshot. Strings are {@code u32 length | UTF-8}, lists {@code u32 count | items}; integers are big endian.
 * @see SnapshotWriter
 */
public sealed interface SnapshotFrame {
    <R> R accept(Visitor<R> visitor) throws IOException;

    /** Called with each frame as it comes. */
    interface Visitor<R> {
        R header(Header header) throws IOException;

        R restart(Restart restart) throws IOException;

        R statement(Statement statement) throws IOException;

        R table(Table table) throws IOException;

        R rows(Rows rows) throws IOException;

        R tableEnd(TableEnd end) throws IOException;

        R end(End end) throws IOException;
    }

    /**
     * First in a snapshot.
     *
     * @param family {@code mariadb} or {@code mysql}
     * @param engineVersion of the engine that was copied
     * @param position exact position of the copy, as its family writes it
     * @param bytesEstimated of all tables, as the engine estimates
     */
    record Header(String family, String engineVersion, String position, long bytesEstimated) implements SnapshotFrame {
        @Override
        public <R> R accept(Visitor<R> visitor) throws IOException {
            return visitor.header(this);
        }
    }

    /** Everything so far is void: the schema changed under the copy. A new header follows. */
    record Restart(String reason) implements SnapshotFrame {
        @Override
        public <R> R accept(Visitor<R> visitor) throws IOException {
            return visitor.restart(this);
        }
    }

    /**
     * SQL to execute.
     *
     * @param kind {@code VIEW}s may refer to later ones, {@code GRANT}s to views that come later, and views need their definers' grants
     * @param name what it makes, for messages
     * @param database default database, or empty
     * @param sqlMode of the session
     * @param charset {@code character_set_client} that the engine is to remember, or empty
     * @param collation {@code collation_connection} that the engine is to remember, or empty
     */
    record Statement(
            Kind kind, String name, String database, String sqlMode, String charset, String collation, String sql)
            implements SnapshotFrame {
        /** What the statement makes; written by name. */
        public enum Kind {
            DATABASE,
            SEQUENCE,
            TABLE,
            VIEW,
            GRANT,
            TRIGGER,
            OTHER
        }

        @Override
        public <R> R accept(Visitor<R> visitor) throws IOException {
            return visitor.statement(this);
        }
    }

    /**
     * A table whose rows follow, among those of others, up to its {@link TableEnd}.
     *
     * @param id of the table in this snapshot, in the frames of its rows
     * @param size of its rows
     * @param columns names of the columns that have values, quoted
     * @param loads what is made of each value: nothing, or an expression with {@code ?} for it
     */
    record Table(int id, String database, String name, TableSize size, List<String> columns, List<String> loads)
            implements SnapshotFrame {
        public Table {
            columns = List.copyOf(columns);
            loads = List.copyOf(loads);
            if (columns.size() != loads.size()) {
                throw new IllegalArgumentException("loads: " + loads.size() + " (expected: " + columns.size() + ")");
            }
        }

        @Override
        public <R> R accept(Visitor<R> visitor) throws IOException {
            return visitor.table(this);
        }
    }

    /**
     * The next piece of a table's rows; a value may begin in one and end in another.
     *
     * @param table its id
     * @param count how many rows end in this piece
     * @param values for each row and column {@code u32 length + 1 | bytes}; length 0 for NULL
     */
    record Rows(int table, int count, ByteBuffer values) implements SnapshotFrame {
        @Override
        public <R> R accept(Visitor<R> visitor) throws IOException {
            return visitor.rows(this);
        }
    }

    /**
     * All rows of a table were written.
     *
     * @param table its id
     * @param rows how many
     */
    record TableEnd(int table, long rows) implements SnapshotFrame {
        @Override
        public <R> R accept(Visitor<R> visitor) throws IOException {
            return visitor.tableEnd(this);
        }
    }

    /** Last in a snapshot; without it the copy is not whole. */
    record End(long rows) implements SnapshotFrame {
        @Override
        public <R> R accept(Visitor<R> visitor) throws IOException {
            return visitor.end(this);
        }
    }

    /** Writes {@code u8 type} and the fields in order. */
    static void write(SnapshotFrame frame, DataOutputStream out) throws IOException {
        if (frame instanceof Header header) {
            out.writeByte(1);
            writeStrings(out, header.family(), header.engineVersion(), header.position());
            out.writeLong(header.bytesEstimated());
        } else if (frame instanceof Restart restart) {
            out.writeByte(2);
            writeStrings(out, restart.reason());
        } else if (frame instanceof Statement statement) {
            out.writeByte(3);
            writeStrings(
                    out,
                    statement.kind().name(),
                    statement.name(),
                    statement.database(),
                    statement.sqlMode(),
                    statement.charset(),
                    statement.collation(),
                    statement.sql());
        } else if (frame instanceof Table table) {
            out.writeByte(4);
            out.writeInt(table.id());
            writeStrings(out, table.database(), table.name());
            out.writeLong(table.size().rows());
            out.writeLong(table.size().bytes());
            out.writeInt(table.columns().size());
            writeStrings(out, table.columns().toArray(String[]::new));
            writeStrings(out, table.loads().toArray(String[]::new));
        } else if (frame instanceof Rows rows) {
            out.writeByte(5);
            out.writeInt(rows.table());
            out.writeInt(rows.count());
            ByteBuffer values = rows.values().duplicate();
            byte[] bytes = new byte[values.remaining()];
            values.get(bytes);
            out.write(bytes);
        } else if (frame instanceof TableEnd end) {
            out.writeByte(6);
            out.writeInt(end.table());
            out.writeLong(end.rows());
        } else if (frame instanceof End end) {
            out.writeByte(7);
            out.writeLong(end.rows());
        }
    }

    /** Reads what {@link #write} wrote. */
    static SnapshotFrame read(DataInputStream in) throws IOException {
        int type = in.readUnsignedByte();
        return switch (type) {
            case 1 -> new Header(readString(in), readString(in), readString(in), in.readLong());
            case 2 -> new Restart(readString(in));
            case 3 ->
                new Statement(
                        kind(readString(in)),
                        readString(in),
                        readString(in),
                        readString(in),
                        readString(in),
                        readString(in),
                        readString(in));
            case 4 -> {
                int id = in.readInt();
                String database = readString(in);
                String name = readString(in);
                TableSize size = new TableSize(in.readLong(), in.readLong());
                int count = in.readInt();
                yield new Table(id, database, name, size, readStrings(in, count), readStrings(in, count));
            }
            case 5 -> new Rows(in.readInt(), in.readInt(), ByteBuffer.wrap(in.readAllBytes()));
            case 6 -> new TableEnd(in.readInt(), in.readLong());
            case 7 -> new End(in.readLong());
            default -> throw new SnapshotFormatException("frame type " + type + " (expected: 1 to 7)");
        };
    }

    private static Statement.Kind kind(String name) throws IOException {
        try {
            return Statement.Kind.valueOf(name);
        } catch (IllegalArgumentException e) {
            throw new SnapshotFormatException("statement kind " + name + " is not known", e);
        }
    }

    private static void writeStrings(DataOutputStream out, String... texts) throws IOException {
        for (String text : texts) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            out.writeInt(bytes.length);
            out.write(bytes);
        }
    }

    private static String readString(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new SnapshotFormatException("string of " + length + " bytes (expected: 0 to " + in.available() + ")");
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    private static List<String> readStrings(DataInputStream in, int count) throws IOException {
        if (count < 0 || count > in.available()) {
            throw new SnapshotFormatException("list of " + count + " (expected: 0 to " + in.available() + ")");
        }
        List<String> texts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            texts.add(readString(in));
        }
        return texts;
    }
}
