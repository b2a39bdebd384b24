package io.shareddb.replication.log.bench;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The least that a majority's disks cost: batches of as many entries as are under way, sent to two followers over blocking sockets,
 * written and synced on all three, done when one follower has answered. No log, no leader, no recovery: only a measure.
 */
final class BareQuorum {
    private static final int FILE_BYTES = 64 << 20;

    private BareQuorum() {}

    /** A file that is written round and round. */
    private static final class SyncedFile {
        private final FileChannel channel;
        private long offset;

        SyncedFile(Path path) throws IOException {
            channel = FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
            ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
            for (int at = 0; at < FILE_BYTES; at += zeros.capacity()) {
                zeros.clear();
                channel.write(zeros, at);
            }
            channel.force(true);
        }

        void write(ByteBuffer bytes) throws IOException {
            if (offset + bytes.remaining() > FILE_BYTES) {
                offset = 0;
            }
            offset += channel.write(bytes, offset);
            channel.force(false);
        }
    }

    /** Serves one leader after the other. */
    static void follow(int port, Path directory) throws IOException {
        SyncedFile file = new SyncedFile(directory.resolve("bare"));
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
        try (ServerSocket server = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            while (true) {
                try (Socket socket = server.accept()) {
                    follow(socket, file, buffer);
                } catch (EOFException | SocketException e) {
                    buffer.clear(); // the leader is done
                }
            }
        }
    }

    private static void follow(Socket socket, SyncedFile file, ByteBuffer buffer) throws IOException {
        socket.setTcpNoDelay(true);
        DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 20));
        byte[] bytes = new byte[buffer.capacity()];
        while (true) {
            int length = in.readInt();
            in.readFully(bytes, 0, length);
            buffer.clear().put(bytes, 0, length).flip();
            file.write(buffer);
            socket.getOutputStream().write(1);
        }
    }

    /** Measures with that many entries under way, as rounds of so many. */
    static Load.Result lead(List<Integer> ports, Path directory, int outstanding, int entryBytes, int seconds)
            throws IOException, InterruptedException {
        SyncedFile file = new SyncedFile(directory.resolve("bare"));
        List<Socket> sockets = new ArrayList<>();
        AtomicLong answered = new AtomicLong();
        AtomicLong[] counts = {new AtomicLong(), new AtomicLong()};
        Thread leader = Thread.currentThread();
        for (int i = 0; i < ports.size(); i++) {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), ports.get(i));
            socket.setTcpNoDelay(true);
            sockets.add(socket);
            AtomicLong count = counts[i];
            Thread reader = new Thread(() -> read(socket, count, answered, leader));
            reader.setDaemon(true);
            reader.start();
        }
        org.HdrHistogram.Histogram latency = new org.HdrHistogram.Histogram(60_000_000L, 3);
        ByteBuffer batch = ByteBuffer.allocateDirect(4 + outstanding * entryBytes);
        byte[] frame = new byte[batch.capacity()];
        ByteBuffer.wrap(frame).putInt(outstanding * entryBytes);
        long start = System.nanoTime();
        long rounds = 0;
        while (System.nanoTime() - start < seconds * 1_000_000_000L) {
            long begin = System.nanoTime();
            for (Socket socket : sockets) {
                socket.getOutputStream().write(frame);
            }
            batch.clear();
            file.write(batch);
            rounds++;
            while (answered.get() < rounds) {
                LockSupport.park();
            }
            latency.recordValueWithCount((System.nanoTime() - begin) / 1_000, outstanding);
        }
        double elapsed = (System.nanoTime() - start) / 1e9;
        for (Socket socket : sockets) {
            socket.close();
        }
        return new Load.Result(rounds * outstanding / elapsed, latency);
    }

    private static void read(Socket socket, AtomicLong count, AtomicLong answered, Thread leader) {
        try {
            while (socket.getInputStream().read() >= 0) {
                long done = count.incrementAndGet();
                answered.accumulateAndGet(done, Math::max);
                LockSupport.unpark(leader);
            }
        } catch (IOException e) {
            // The round is over.
        }
    }
}
