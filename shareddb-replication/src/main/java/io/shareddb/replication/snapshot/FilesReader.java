package io.shareddb.replication.snapshot;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.DoubleConsumer;

/** Reads what {@link FilesWriter} wrote. One thread; the stream stays the caller's. */
public final class FilesReader {
    private final BlockInput in;

    public FilesReader(InputStream in) throws IOException {
        this.in = new BlockInput(in, FilesWriter.MAGIC, FilesWriter.VERSION, "copy of files");
    }

    /**
     * Waits until the files are coming.
     *
     * @param waiting told in percent how far the source is with gathering them
     */
    public FilesHeader header(DoubleConsumer waiting) throws IOException {
        while (true) {
            DataInputStream block = block();
            try {
                int type = block.readUnsignedByte();
                if (type == FilesWriter.HEADER) {
                    return FilesHeader.read(block);
                }
                if (type != FilesWriter.WAITING) {
                    throw new SnapshotFormatException("copy of files has no header");
                }
                waiting.accept(block.readDouble());
            } catch (EOFException e) {
                throw new SnapshotFormatException("a block of the copy's beginning ends too soon", e);
            }
        }
    }

    /**
     * Makes the files; they are whole when this returns, but not synced.
     *
     * @param folder is there and empty
     * @param progress told how many bytes of the files are there
     */
    public void files(Path folder, FilesHeader header, FilesWriter.Progress progress) throws IOException {
        for (String name : header.folders()) {
            Files.createDirectory(inside(folder, name));
        }
        long done = 0;
        DataInputStream block = block();
        int type = block.read();
        for (int i = 0; i < header.files().size(); i++) {
            FilesHeader.Entry file = header.files().get(i);
            try (RandomAccessFile target =
                    new RandomAccessFile(inside(folder, file.name()).toFile(), "rw")) {
                target.setLength(file.bytes());
                while (type == FilesWriter.PIECE && isOf(block, i)) {
                    long offset = block.readLong();
                    byte[] bytes = block.readAllBytes();
                    if (offset < 0 || offset > file.bytes() - bytes.length) {
                        throw new SnapshotFormatException("piece at " + offset + " of " + bytes.length
                                + " bytes is not of " + file.name() + ", which has " + file.bytes());
                    }
                    target.seek(offset);
                    target.write(bytes);
                    progress.at(done + offset + bytes.length);
                    block = block();
                    type = block.read();
                }
            } catch (EOFException e) {
                throw new SnapshotFormatException("a block of the copy ends too soon", e);
            }
            done += file.bytes();
            progress.at(done);
        }
        if (type != FilesWriter.END || block.available() != Long.BYTES || block.readLong() != done) {
            throw new SnapshotFormatException("the copy's end does not fit its beginning");
        }
    }

    /** Looks at the next number and takes it only if it is the one. */
    private static boolean isOf(DataInputStream block, int file) throws IOException {
        block.mark(Integer.BYTES);
        if (block.readInt() == file) {
            return true;
        }
        block.reset();
        return false;
    }

    private DataInputStream block() throws IOException {
        return new DataInputStream(new ByteArrayInputStream(in.read()));
    }

    /** Nobody writes outside of {@code folder}. */
    private static Path inside(Path folder, String name) throws IOException {
        try {
            Path path = folder.resolve(name).normalize();
            if (path.startsWith(folder.normalize()) && !path.equals(folder.normalize())) {
                return path;
            }
        } catch (InvalidPathException e) {
            throw new SnapshotFormatException("'" + name + "' is no name of a file", e);
        }
        throw new SnapshotFormatException("'" + name + "' is not inside of the copy");
    }
}
