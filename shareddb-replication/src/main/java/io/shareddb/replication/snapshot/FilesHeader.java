package io.shareddb.replication.snapshot;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a copy of files says of itself.
 *
 * @param family of the engine: {@code mariadb} or {@code mysql}
 * @param engineVersion of the engine that was copied
 * @param position that the copy holds at least, as its family writes it
 * @param folders relative names of all folders, outer ones first, with {@code /} between their parts
 * @param files all files
 */
public record FilesHeader(
        String family, String engineVersion, String position, List<String> folders, List<Entry> files) {
    public FilesHeader {
        folders = List.copyOf(folders);
        files = List.copyOf(files);
    }

    /**
     * One file.
     *
     * @param name relative, with {@code /} between its parts
     * @param bytes its length
     */
    public record Entry(String name, long bytes) {
        public Entry {
            if (bytes < 0) {
                throw new IllegalArgumentException("bytes: " + bytes + " (expected: 0 or more)");
            }
        }
    }

    /** Length of all files. */
    public long bytes() {
        return files.stream().mapToLong(Entry::bytes).sum();
    }

    /** Strings are {@code u16 length | modified UTF-8}, lists {@code u32 count | items}; integers are big endian. */
    void write(DataOutputStream out) throws IOException {
        out.writeUTF(family);
        out.writeUTF(engineVersion);
        byte[] place = position.getBytes(StandardCharsets.UTF_8); // a MySQL GTID set may be long
        out.writeInt(place.length);
        out.write(place);
        out.writeInt(folders.size());
        for (String folder : folders) {
            out.writeUTF(folder);
        }
        out.writeInt(files.size());
        for (Entry file : files) {
            out.writeUTF(file.name());
            out.writeLong(file.bytes());
        }
    }

    static FilesHeader read(DataInputStream in) throws IOException {
        String family = in.readUTF();
        String engineVersion = in.readUTF();
        byte[] place = in.readNBytes(count(in));
        List<String> folders = new ArrayList<>();
        for (int left = count(in); left > 0; left--) {
            folders.add(in.readUTF());
        }
        List<Entry> files = new ArrayList<>();
        for (int left = count(in); left > 0; left--) {
            String name = in.readUTF();
            long bytes = in.readLong();
            if (bytes < 0) {
                throw new SnapshotFormatException("file of " + bytes + " bytes (expected: 0 or more)");
            }
            files.add(new Entry(name, bytes));
        }
        return new FilesHeader(family, engineVersion, new String(place, StandardCharsets.UTF_8), folders, files);
    }

    private static int count(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > in.available()) {
            throw new SnapshotFormatException("list of " + count + " (expected: 0 to " + in.available() + ")");
        }
        return count;
    }
}
