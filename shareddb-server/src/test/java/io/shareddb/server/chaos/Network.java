package io.shareddb.server.chaos;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * The wires between nodes. Node {@code i} finds node {@code j} under an address that is for this pair alone, where a forwarder listens; the
 * names of nodes lead each JVM to its own forwarders ({@code jdk.net.hosts.file}). A direction that is cut carries nothing, and a
 * connection cannot be made while either direction is cut, as with TCP; what was under way arrives when it is healed, if anybody still
 * listens. Thread-safe; everything happens on one event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what cannot be sent or closed is gone already
final class Network implements AutoCloseable {
    private static final int CONNECT_MILLIS = 3_000;

    private final int nodes;
    private final int block = ThreadLocalRandom.current().nextInt(16, 240);
    private final EventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("network", true), NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final Direction[][] directions;

    /** What goes from one node to another one. Event loop only. */
    private static final class Direction {
        final Set<Pipe> pipes = new HashSet<>();
        final List<Runnable> waiting = new ArrayList<>(); // connections that cannot be made yet
        boolean cut;
        long delayMillis;
    }

    private Network(int nodes) {
        this.nodes = nodes;
        directions = new Direction[nodes][nodes];
        for (Direction[] from : directions) {
            for (int to = 0; to < nodes; to++) {
                from[to] = new Direction();
            }
        }
    }

    /** @param ports for each node, the ports of 127.0.0.1 at which other nodes are to reach it */
    static Network open(List<Set<Integer>> ports) throws InterruptedException {
        Network network = new Network(ports.size());
        for (int from = 0; from < ports.size(); from++) {
            for (int to = 0; to < ports.size(); to++) {
                if (from != to) {
                    for (int port : ports.get(to)) {
                        network.listen(from, to, port);
                    }
                }
            }
        }
        return network;
    }

    private String address(int from, int to) {
        return "127." + block + "." + (from + 1) + "." + (to + 1);
    }

    /** What a node is to call itself. */
    static String name(int node) {
        return "node" + (node + 1) + ".chaos.test";
    }

    /** Writes what {@code jdk.net.hosts.file} of {@code node} must name. */
    void writeHosts(int node, Path file) throws IOException {
        List<String> lines = new ArrayList<>(List.of("127.0.0.1 localhost"));
        IntStream.range(0, nodes)
                .mapToObj(other -> (other == node ? "127.0.0.1" : address(node, other)) + " " + name(other))
                .forEach(lines::add);
        Files.write(file, lines, StandardCharsets.US_ASCII);
    }

    private void listen(int from, int to, int port) throws InterruptedException {
        new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                        connect(accepted, from, to, port);
                    }
                })
                .bind(address(from, to), port)
                .sync();
    }

    /** Connects as soon as both directions carry something. */
    private void connect(Channel accepted, int from, int to, int port) {
        Direction there = directions[from][to];
        Direction back = directions[to][from];
        Direction cut = there.cut ? there : back;
        if (cut.cut) {
            cut.waiting.add(() -> connect(accepted, from, to, port));
            return;
        }
        Bootstrap bootstrap = new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInboundHandlerAdapter());
        bootstrap.connect("127.0.0.1", port).addListener(done -> {
            Channel target = ((io.netty.channel.ChannelFuture) done).channel();
            if (!done.isSuccess() || !accepted.isActive()) {
                accepted.close();
                target.close();
                return;
            }
            Pipe forth = new Pipe(accepted, target, there);
            Pipe reply = new Pipe(target, accepted, back);
            accepted.pipeline().addLast(forth);
            target.pipeline().addLast(reply);
            target.pipeline().addLast(new Drained(forth));
            accepted.pipeline().addLast(new Drained(reply));
        });
    }

    /** Reads from one end and writes to the other, as the direction says. Event loop only. */
    private static final class Pipe extends ChannelInboundHandlerAdapter {
        private final Channel source;
        private final Channel target;
        private final Direction direction;
        private long lastDueNanos = System.nanoTime();

        Pipe(Channel source, Channel target, Direction direction) {
            this.source = source;
            this.target = target;
            this.direction = direction;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            direction.pipes.add(this);
            source.closeFuture().addListener(closed -> {
                direction.pipes.remove(this);
                later(target::close);
            });
            pace();
        }

        void pace() {
            source.config().setAutoRead(!direction.cut && target.isWritable());
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            later(() -> {
                if (target.isActive()) {
                    target.writeAndFlush(message);
                } else {
                    ReferenceCountUtil.release(message);
                }
                pace();
            });
        }

        /** In the order of arrival, after the direction's delay. */
        private void later(Runnable task) {
            long now = System.nanoTime();
            long due = Math.max(lastDueNanos, now + TimeUnit.MILLISECONDS.toNanos(direction.delayMillis));
            lastDueNanos = due;
            if (due <= now) {
                task.run();
            } else {
                source.eventLoop().schedule(task, due - now, TimeUnit.NANOSECONDS);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    /** Sits at the target of {@code pipe} and lets it read on when what it wrote has gone. */
    private static final class Drained extends ChannelInboundHandlerAdapter {
        private final Pipe pipe;

        Drained(Pipe pipe) {
            this.pipe = pipe;
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            pipe.pace();
        }
    }

    /** Nothing gets from one node to the other one, not even the news that a connection is closed. */
    void cut(int from, int to) {
        change(from, to, direction -> direction.cut = true);
    }

    /** What goes from one node to the other one takes so much longer. */
    void delay(int from, int to, Duration delay) {
        change(from, to, direction -> direction.delayMillis = delay.toMillis());
    }

    /** Breaks the connections between two nodes; new ones can be made. */
    void reset(int one, int other) {
        for (Direction direction : List.of(directions[one][other], directions[other][one])) {
            onLoop(() -> List.copyOf(direction.pipes).forEach(pipe -> pipe.source.close()));
        }
    }

    /** As good as new. */
    void heal() {
        for (int from = 0; from < nodes; from++) {
            for (int to = 0; to < nodes; to++) {
                change(from, to, direction -> {
                    direction.cut = false;
                    direction.delayMillis = 0;
                });
            }
        }
        for (Direction[] from : directions) {
            for (Direction direction : from) {
                onLoop(() -> {
                    List<Runnable> waiting = List.copyOf(direction.waiting);
                    direction.waiting.clear();
                    waiting.forEach(Runnable::run);
                });
            }
        }
    }

    private void change(int from, int to, Consumer<Direction> change) {
        Direction direction = directions[from][to];
        onLoop(() -> {
            change.accept(direction);
            direction.pipes.forEach(Pipe::pace);
        });
    }

    private void onLoop(Runnable task) {
        loop.submit(task).awaitUninterruptibly(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
