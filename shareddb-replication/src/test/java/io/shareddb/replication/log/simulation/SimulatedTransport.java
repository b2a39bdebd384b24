package io.shareddb.replication.log.simulation;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.log.transport.LogThread;
import io.shareddb.replication.log.transport.LogTransport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One incarnation of a node's transport and thread in a simulated network. */
public final class SimulatedTransport implements LogTransport, LogThread {
    private record Frame(NodeId to, ByteBuffer bytes) {}

    private final NodeId self;
    private final SimulatedNetwork network;
    private final VirtualTime time;
    private final Consumer<Runnable> process;
    private final List<Frame> unflushed = new ArrayList<>();
    private @Nullable Receiver receiver;
    private boolean connected = true;
    private boolean alive = true;

    /** @param process runs what the log's thread does; may end the process in the middle of it */
    public SimulatedTransport(NodeId self, SimulatedNetwork network, VirtualTime time, Consumer<Runnable> process) {
        this.self = self;
        this.network = network;
        this.time = time;
        this.process = process;
    }

    /** The process is gone: nothing of it runs any more. */
    public void die() {
        alive = false;
        connected = false;
    }

    @Override
    public LogThread thread() {
        return this;
    }

    @Override
    public void start(Receiver started) {
        receiver = started;
        network.attach(self, this);
    }

    void arrive(NodeId from, byte[] bytes) {
        Receiver started = receiver;
        if (alive && connected && started != null) {
            process.accept(() -> {
                started.onFrame(from, Unpooled.wrappedBuffer(bytes));
                started.onBatchEnd();
            });
        }
    }

    void refused(NodeId peer) {
        Receiver started = receiver;
        if (alive && connected && started != null) {
            process.accept(() -> started.onRefused(peer));
        }
    }

    @Override
    public ByteBuf frame(int expectedBytes) {
        return Unpooled.buffer(expectedBytes);
    }

    @Override
    public void send(NodeId to, ByteBuf frame) {
        byte[] bytes = new byte[frame.readableBytes()];
        frame.readBytes(bytes);
        frame.release();
        unflushed.add(new Frame(to, ByteBuffer.wrap(bytes)));
    }

    @Override
    public void flush() {
        if (alive && connected) {
            unflushed.forEach(
                    frame -> network.send(self, frame.to(), frame.bytes().array()));
        }
        unflushed.clear();
    }

    @Override
    public void disconnect() {
        connected = false;
    }

    @Override
    public void close() {
        connected = false;
    }

    @Override
    public void execute(Runnable task) {
        schedule(task, Duration.ZERO);
    }

    @Override
    public void schedule(Runnable task, Duration delay) {
        time.after(delay.toNanos(), () -> {
            if (alive) {
                process.accept(task);
            }
        });
    }

    @Override
    public boolean isCurrent() {
        return true;
    }

    @Override
    public long nanoTime() {
        return time.nanos();
    }
}
