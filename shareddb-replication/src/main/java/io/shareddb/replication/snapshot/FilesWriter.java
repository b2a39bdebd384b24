package io.shareddb.replication.snapshot;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Writes a copy of an engine as its files. One thread; the stream stays the caller's.
 * <pre>
 * "SHDBFILE" | u16 version = 1 | blocks of {@link BlockOutput}:
 * u8 1 | f64 percent                    any number of times: the files are being gathered
 * u8 2 | {@link FilesHeader}            once
 * u8 3 | u32 file | u64 offset | bytes  a piece of a file, counted from 0 in the header's list; what no piece holds is zeros
 * u8 4 | u64 bytes                      last: the length of all files; without it the copy is not whole
 * </pre>
 */
public final class FilesWriter {
    static final String MAGIC = "SHDBFILE";
    static final int VERSION = 1;
    static final int WAITING = 1;
    static final int HEADER = 2;
    static final int PIECE = 3;
    static final int END = 4;

    /** Large enough to compress well, small enough to hold some of them. */
    private static final int PIECE_BYTES = 1 << 20;

    private static final int PIECE_HEAD = 13;

    private final BlockOutput out;

    public FilesWriter(OutputStream out) throws IOException {
        this.out = new BlockOutput(out, MAGIC, VERSION);
        this.out.flush();
    }

    /** Lets the receiver know that a copy is coming. */
    public void waiting(double percent) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream block = new DataOutputStream(bytes);
        block.writeByte(WAITING);
        block.writeDouble(percent);
        out.write(bytes.toByteArray());
        out.flush();
    }

    /** Told how many bytes of the files were sent. */
    @FunctionalInterface
    public interface Progress {
        void at(long bytes) throws IOException;
    }

    /** Writes all that {@code header} lists, from {@code folder}, where nothing changes meanwhile, and the end. */
    public void files(Path folder, FilesHeader header, Progress progress) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream block = new DataOutputStream(bytes);
        block.writeByte(HEADER);
        header.write(block);
        out.write(bytes.toByteArray());
        long done = 0;
        for (int i = 0; i < header.files().size(); i++) {
            FilesHeader.Entry file = header.files().get(i);
            try (FileChannel channel = FileChannel.open(folder.resolve(file.name()), StandardOpenOption.READ)) {
                for (long offset = 0; offset < file.bytes(); offset += PIECE_BYTES) {
                    int length = (int) Math.min(PIECE_BYTES, file.bytes() - offset);
                    piece(channel, i, offset, length);
                    done += length;
                    progress.at(done);
                }
            }
        }
        ByteBuffer end = ByteBuffer.allocate(1 + Long.BYTES).put((byte) END).putLong(header.bytes());
        out.write(end.array());
        out.flush();
    }

    private void piece(FileChannel channel, int file, long offset, int length) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(PIECE_HEAD + length);
        piece.put((byte) PIECE).putInt(file).putLong(offset);
        while (piece.hasRemaining()) {
            if (channel.read(piece, offset + piece.position() - PIECE_HEAD) < 0) {
                throw new EOFException("file became shorter than " + (offset + length) + " bytes while it was sent");
            }
        }
        if (Arrays.mismatch(piece.array(), PIECE_HEAD, piece.capacity(), new byte[length], 0, length) >= 0) {
            out.write(piece.array());
        }
    }
}
