package io.shareddb.replication.segment;

import io.shareddb.replication.log.LogCorruptException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A small file that is replaced as a whole: after a crash it holds the old content or the new, never a mix. One thread at a time.
 *
 * <p>The content goes into {@code name.temporary}, which is synced and then renamed; the directory is synced after that.
 *
 * <pre>
 * int&lt;4&gt; magic 'SDBA' | int&lt;4&gt; CRC32C of all that follows | int&lt;4&gt; length of the content | content
 * </pre>
 *
 * All numbers are big endian.
 */
public final class AtomicFile {
    /** What {@link SegmentLog} and this class clean up at start. */
    static final String TEMPORARY = ".temporary";

    private static final int MAGIC = 0x53444241;
    private static final int HEADER_BYTES = 12;
    private static final int MAX_CONTENT_BYTES = 1 << 20;

    private final Disk disk;
    private final String name;

    public AtomicFile(Disk disk, String name) {
        this.disk = disk;
        this.name = name;
    }

    /**
     * The content as last written, if ever.
     *
     * @throws LogCorruptException if the file holds something else
     */
    public Optional<ByteBuffer> read() throws IOException {
        if (!disk.list().contains(name)) {
            return Optional.empty();
        }
        try (LogFile file = disk.open(name)) {
            long size = file.size();
            if (size < HEADER_BYTES || size > HEADER_BYTES + MAX_CONTENT_BYTES) {
                throw corrupt("it has " + size + " bytes");
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size);
            file.read(bytes, 0);
            bytes.flip();
            if (bytes.remaining() != size || bytes.getInt() != MAGIC) {
                throw corrupt("it does not begin as it should");
            }
            int checksum = bytes.getInt();
            if (checksum(bytes.duplicate()) != checksum) {
                throw corrupt("its checksum is wrong");
            }
            if (bytes.getInt() != bytes.remaining()) {
                throw corrupt("its length is wrong");
            }
            return Optional.of(bytes.slice());
        }
    }

    /** Replaces the content; durable when this returns. {@code content} stays as it is. */
    public void write(ByteBuffer content) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + content.remaining());
        bytes.putInt(MAGIC).putInt(0).putInt(content.remaining()).put(content.duplicate());
        bytes.flip();
        bytes.putInt(4, checksum(bytes.duplicate().position(8)));
        String temporary = name + TEMPORARY;
        try (LogFile file = disk.create(temporary, 0)) {
            file.write(bytes, 0);
            file.sync();
        }
        disk.rename(temporary, name);
        disk.syncNames();
    }

    /** Removes the file; durable when this returns. */
    public void delete() throws IOException {
        disk.delete(name);
        disk.syncNames();
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return (int) checksum.getValue();
    }

    private LogCorruptException corrupt(String why) {
        return new LogCorruptException(disk.describe() + "/" + name + " is damaged: " + why);
    }
}
