package io.shareddb.replication.engine.mysql;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.shareddb.protocol.binlog.Checksum;
import io.shareddb.protocol.binlog.EventHeader;
import io.shareddb.protocol.binlog.EventType;
import io.shareddb.protocol.binlog.MySqlGtidEvent;
import io.shareddb.protocol.wire.MalformedPacketException;
import io.shareddb.replication.engine.EnginePosition;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a crashed engine's binlog. One thread; the engine does not run.
 *
 * <p>A commit that waits for its acknowledgement is prepared in InnoDB, not more. When the engine starts after a crash it commits
 * what is prepared and in its last binlog file, and rolls back what is prepared and not there. (The file before the last holds
 * nothing that is merely prepared: the engine waits for that when it begins a new one.) So what nobody acknowledged goes away
 * with its place in the file. What InnoDB has committed stays, and its GTID, which is in InnoDB as well.
 *
 * <pre>file: FE 'bin' | FORMAT_DESCRIPTION, flag 1: in use, not closed in order | PREVIOUS_GTIDS | transactions</pre>
 */
public final class BinlogTail {
    private static final Logger log = LoggerFactory.getLogger(BinlogTail.class);
    private static final int MAGIC = 0xfe62696e;
    private static final int MAGIC_BYTES = 4;
    private static final int IN_USE = 0x0001;
    private static final int MAX_READ = 64 << 10; // GTID and format description events are far smaller

    private final Optional<Path> file;

    private BinlogTail(Optional<Path> file) {
        this.file = file;
    }

    /**
     * Finds the last file.
     *
     * @param data the engine's data directory
     * @param name as in {@code --log-bin}
     */
    public static BinlogTail of(Path data, String name) throws IOException {
        try {
            List<String> files = Files.readAllLines(data.resolve(name + ".index"), StandardCharsets.UTF_8);
            for (int i = files.size() - 1; i >= 0; i--) {
                Path file = data.resolve(files.get(i)).normalize();
                if (Files.isRegularFile(file)) {
                    return new BinlogTail(Optional.of(file));
                }
            }
        } catch (NoSuchFileException e) {
            log.debug("no binlog yet in {}", data);
        }
        return new BinlogTail(Optional.empty());
    }

    /**
     * Cuts the file behind the last transaction that is in {@code committed}, if the engine did not close it itself.
     *
     * @return whether there was something to cut
     */
    public boolean cut(EnginePosition committed) throws IOException {
        if (file.isEmpty()) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file.get(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long end = keep(channel, (MySqlPosition) committed);
            if (end >= channel.size()) {
                return false;
            }
            log.info(
                    "cuts what is not known to be committed off the binlog: file={} bytes={} of={}",
                    file.get().getFileName(),
                    channel.size() - end,
                    channel.size());
            channel.truncate(end);
            channel.force(true);
            return true;
        }
    }

    /** Where the file may end. */
    private static long keep(FileChannel channel, MySqlPosition committed) throws IOException {
        long size = channel.size();
        if (size < MAGIC_BYTES + EventHeader.BYTES
                || read(channel, 0, MAGIC_BYTES).getInt(0) != MAGIC) {
            return size; // empty or encrypted
        }
        EventHeader first = header(channel, MAGIC_BYTES);
        if (first.type() != EventType.FORMAT_DESCRIPTION || (first.flags() & IN_USE) == 0) {
            return size;
        }
        ByteBuf format = event(channel, MAGIC_BYTES, first);
        Checksum checksum = format.getByte(format.readableBytes() - 5) == 0 ? Checksum.NONE : Checksum.CRC32;
        long at = MAGIC_BYTES + first.length();
        try {
            while (at < size) {
                EventHeader next = header(channel, at);
                if (next.length() < EventHeader.BYTES) {
                    return at;
                }
                if (next.type() != EventType.GTID && next.type() != EventType.GTID_TAGGED) {
                    at += next.length();
                    continue;
                }
                MySqlGtidEvent begin = MySqlGtidEvent.read(event(channel, at, next), checksum);
                if (!committed.set().contains(begin.gtid()) || begin.transactionLength() < next.length()) {
                    return at;
                }
                at += begin.transactionLength();
            }
        } catch (EOFException | MalformedPacketException e) {
            return Math.min(at, size); // torn: nobody was told of it
        }
        return size;
    }

    private static EventHeader header(FileChannel channel, long at) throws IOException {
        return EventHeader.peek(read(channel, at, EventHeader.BYTES));
    }

    private static ByteBuf event(FileChannel channel, long at, EventHeader header) throws IOException {
        if (header.length() > MAX_READ) {
            throw new MalformedPacketException("event of " + header.length() + " bytes");
        }
        return read(channel, at, (int) header.length());
    }

    private static ByteBuf read(FileChannel channel, long at, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, at + bytes.position()) < 0) {
                throw new EOFException("file ends at " + (at + bytes.position()));
            }
        }
        return Unpooled.wrappedBuffer(bytes.flip());
    }
}
