package io.shareddb.replication.archive;

import io.shareddb.replication.log.LogCorruptException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * One append-only file of index records. One thread.
 *
 * <pre>
 * record: int&lt;4&gt; length of the body | int&lt;4&gt; CRC-32C of the body | body
 * body:   int&lt;1&gt; kind: 1 {@link EpochHeader}, 2 {@link Checkpoint} | its fields
 * </pre>
 *
 * A checkpoint stands behind the header of its epoch in the same file, so each file can be read alone.
 */
final class CheckpointFile implements AutoCloseable {
    private static final int PREFIX_BYTES = 8;
    private static final int EPOCH = 1;
    private static final int CHECKPOINT = 2;

    private final FileChannel channel;

    private CheckpointFile(FileChannel channel) {
        this.channel = channel;
    }

    /** What a file holds, in order. */
    interface Visitor {
        void header(EpochHeader header);

        void checkpoint(Checkpoint checkpoint);
    }

    /**
     * Reads records up to the end or the first damaged one.
     *
     * @return how many bytes are good
     */
    static long read(Path file, Visitor visitor) throws IOException {
        ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file));
        int good = 0;
        while (content.remaining() >= PREFIX_BYTES) {
            int length = content.getInt();
            int checksum = content.getInt();
            if (length < 1 || length > content.remaining()) {
                break;
            }
            ByteBuffer body = content.slice(content.position(), length);
            if (checksum(body) != checksum || !visit(body, visitor)) {
                break;
            }
            content.position(content.position() + length);
            good = content.position();
        }
        return good;
    }

    private static boolean visit(ByteBuffer body, Visitor visitor) {
        try {
            FieldReader reader = new FieldReader(body);
            int kind = reader.int1();
            if (kind == EPOCH) {
                visitor.header(EpochHeader.read(reader));
            } else if (kind == CHECKPOINT) {
                visitor.checkpoint(Checkpoint.read(reader));
            }
            return kind == EPOCH || kind == CHECKPOINT;
        } catch (LogCorruptException e) {
            return false;
        }
    }

    /** Cuts the file after {@code goodBytes} and appends there; makes it if there is none. */
    static CheckpointFile append(Path file, long goodBytes) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        channel.truncate(goodBytes);
        channel.position(goodBytes);
        return new CheckpointFile(channel);
    }

    void write(EpochHeader header) throws IOException {
        FieldWriter body = new FieldWriter(512).int1(EPOCH);
        header.write(body);
        write(body.finish());
    }

    void write(Checkpoint checkpoint) throws IOException {
        FieldWriter body = new FieldWriter(256).int1(CHECKPOINT);
        checkpoint.write(body);
        write(body.finish());
    }

    private void write(ByteBuffer body) throws IOException {
        ByteBuffer record = ByteBuffer.allocate(PREFIX_BYTES + body.remaining());
        record.putInt(body.remaining()).putInt(checksum(body)).put(body).flip();
        while (record.hasRemaining()) {
            channel.write(record);
        }
    }

    private static int checksum(ByteBuffer body) {
        CRC32C checksum = new CRC32C();
        checksum.update(body.duplicate());
        return (int) checksum.getValue();
    }

    void force() throws IOException {
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
