package io.shareddb.server.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.shareddb.server.layout.NodeLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** Does to a node's files what disks do. Nothing runs on them meanwhile. Stateless. */
public final class DamagedFiles {
    private static final int FIRST_PAYLOAD = 64 + 48; // behind the headers of the segment and of its first record

    private DamagedFiles() {}

    /** Changes a bit of the first record of the newest file of the log. @return that file */
    public static Path flipInLog(NodeLayout layout) throws IOException {
        List<Path> segments = segments(layout);
        assertThat(segments).isNotEmpty();
        Path newest = segments.get(segments.size() - 1);
        flip(newest, FIRST_PAYLOAD);
        return newest;
    }

    /** Files of the log, oldest first. */
    static List<Path> segments(NodeLayout layout) throws IOException {
        try (Stream<Path> files = Files.list(layout.log())) {
            return files.filter(file -> file.toString().endsWith(".segment"))
                    .sorted()
                    .toList();
        }
    }

    private static void flip(Path file, long offset) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.allocate(1);
            channel.read(bytes, offset);
            bytes.put(0, (byte) (bytes.get(0) ^ 0x10)).flip();
            channel.write(bytes, offset);
        }
    }

    /** The engine's table spaces lose their second half. */
    public static void cutEngine(NodeLayout layout) throws IOException {
        Path file = layout.data().resolve("ibdata1");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() / 2);
        }
    }
}
