package io.shareddb.replication.log.transport;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.netty.buffer.ByteBuf;
import io.shareddb.replication.log.NodeId;
import io.shareddb.replication.tls.NodeTls;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Timeout(60)
class NettyLogTransportTest {
    private final Map<NodeId, InetSocketAddress> addresses = new ConcurrentHashMap<>();
    private final List<NettyLogTransport> transports = new ArrayList<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(NettyLogTransport.class);
    private final BlockingQueue<String> warnings = new LinkedBlockingQueue<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel() == Level.WARN) {
                warnings.add(event.getFormattedMessage());
            }
        }
    };

    /** One transport and what it received. */
    private record Node(NodeId id, NettyLogTransport transport, BlockingQueue<String> received)
            implements LogTransport.Receiver {
        @Override
        public void onFrame(NodeId from, ByteBuf frame) {
            String text = frame.toString(StandardCharsets.UTF_8);
            if (text.equals("malformed")) {
                throw new IllegalArgumentException(text);
            }
            received.add(from + ": " + text);
        }

        @Override
        public void onBatchEnd() {}

        @Override
        public void onRefused(NodeId peer) {
            received.add("refused by " + peer);
        }

        void send(NodeId to, String text) {
            transport.thread().execute(() -> {
                ByteBuf frame = transport.frame(16);
                frame.writeCharSequence(text, StandardCharsets.UTF_8);
                transport.send(to, frame);
                transport.flush();
            });
        }

        String next() throws InterruptedException {
            return String.valueOf(received.poll(20, TimeUnit.SECONDS));
        }
    }

    private Node start(String id, String cluster, String secret) throws IOException {
        return start(id, cluster, Optional.of(NodeTls.ofSecret(id, bytes(secret), Optional.empty())));
    }

    private static byte[] bytes(String secret) {
        return secret.getBytes(StandardCharsets.UTF_8);
    }

    private Node start(String id, String cluster, Optional<NodeTls> tls) throws IOException {
        NodeId self = new NodeId(id);
        NettyLogTransport transport = new NettyLogTransport(new NettyLogTransport.Settings(
                cluster,
                self,
                addresses.getOrDefault(self, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                peer -> Optional.ofNullable(addresses.get(peer)),
                tls));
        transports.add(transport);
        Node node = new Node(self, transport, new LinkedBlockingQueue<>());
        transport.start(node);
        addresses.put(self, transport.address());
        return node;
    }

    @BeforeEach
    void listen() {
        appender.start();
        logger.addAppender(appender);
    }

    @AfterEach
    void close() {
        logger.detachAppender(appender);
        transports.forEach(NettyLogTransport::close);
    }

    @Test
    void framesArriveInOrderWithTheirSender() throws Exception {
        Node a = start("a", "test", "secret");
        Node b = start("b", "test", "secret");
        for (int i = 0; i < 50; i++) {
            a.send(b.id(), "frame " + i);
        }
        for (int i = 0; i < 50; i++) {
            assertThat(b.next()).isEqualTo("a: frame " + i);
        }
        b.send(a.id(), "back");
        assertThat(a.next()).isEqualTo("b: back");
    }

    @Test
    void aNodeThatDoesNotKnowTheSecretIsNotHeard() throws Exception {
        Node a = start("a", "test", "secret");
        Node stranger = start("b", "test", "guess");
        Node c = start("c", "test", "secret");
        stranger.send(a.id(), "let me in");
        a.send(stranger.id(), "for members only");
        c.send(a.id(), "hello");
        assertThat(a.next()).isEqualTo("c: hello");
        assertThat(stranger.received()).isEmpty();
        assertThat(fourWarnings())
                .as("each says what it found, and what it was told")
                .anyMatch(text -> text.startsWith("a has no connection with node b at")
                        && text.contains("its certificate (CN=b of CN=shareddb authority ")
                        && text.endsWith("is CLUSTER_SECRET the same on all nodes?"))
                .anyMatch(text -> text.startsWith("b has no connection with node a at")
                        && text.contains("its certificate (CN=a of CN=shareddb authority "))
                .anyMatch(text -> text.startsWith("a has no connection with a peer at /127.0.0.1:")
                        && text.contains("it refuses our certificate")
                        && text.endsWith("is CLUSTER_SECRET the same on all nodes?"))
                .anyMatch(text -> text.startsWith("b has no connection with a peer at")
                        && text.contains("it refuses our certificate"));
    }

    private List<String> fourWarnings() throws InterruptedException {
        List<String> found = new ArrayList<>();
        while (found.size() < 4) {
            found.add(String.valueOf(warnings.poll(20, TimeUnit.SECONDS)));
        }
        return found;
    }

    @Test
    void nodesOfTwoSecretsTalkWhileOneReplacesTheOther() throws Exception {
        Node old = start(
                "a", "test", Optional.of(NodeTls.ofSecret("a", bytes("old secret"), Optional.of(bytes("new secret")))));
        Node changed = start(
                "b", "test", Optional.of(NodeTls.ofSecret("b", bytes("new secret"), Optional.of(bytes("old secret")))));
        Node done = start("c", "test", "new secret");
        old.send(changed.id(), "one");
        assertThat(changed.next()).isEqualTo("a: one");
        changed.send(old.id(), "two");
        assertThat(old.next()).isEqualTo("b: two");
        done.send(changed.id(), "three");
        assertThat(changed.next()).isEqualTo("c: three");
        changed.send(done.id(), "four");
        assertThat(done.next()).isEqualTo("b: four");
    }

    @Test
    void aNodeWithoutTlsIsNotHeard() throws Exception {
        Node a = start("a", "test", "secret");
        Node plain = start("b", "test", Optional.<NodeTls>empty());
        plain.send(a.id(), "let me in");
        assertThat(warnings.poll(20, TimeUnit.SECONDS))
                .contains("it does not speak TLS")
                .contains("CLUSTER_TLS");
        assertThat(a.received()).isEmpty();
    }

    @Test
    void aNodeOfAnotherClusterIsNotHeard() throws Exception {
        Node a = start("a", "test", "secret");
        Node other = start("b", "other", "secret");
        Node c = start("c", "test", "secret");
        other.send(a.id(), "wrong door");
        c.send(a.id(), "hello");
        assertThat(a.next()).isEqualTo("c: hello");
    }

    @Test
    void aNodeThatIsGoneRefusesAndOneThatComesBackIsReached() throws Exception {
        Node a = start("a", "test", "secret");
        Node b = start("b", "test", "secret");
        a.send(b.id(), "one");
        assertThat(b.next()).isEqualTo("a: one");
        b.transport().close();
        assertThat(a.next()).isEqualTo("refused by b");
        Node again = start("b", "test", "secret");
        for (int i = 0; again.received().isEmpty() && i < 1_000; i++) {
            a.send(b.id(), "two");
            String heard = again.received().poll(20, TimeUnit.MILLISECONDS);
            if (heard != null) {
                again.received().add(heard);
            }
        }
        assertThat(again.next()).isEqualTo("a: two");
    }

    @Test
    void whatWaitsForANodeThatIsAwayIsVotesAndNotMegabytes() throws Exception {
        Node a = start("a", "test", "secret");
        NodeId b = new NodeId("b");
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            addresses.put(b, (InetSocketAddress) free.getLocalSocketAddress());
        }
        List<ByteBuf> frames = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> sent = new CompletableFuture<>();
        a.transport().thread().execute(() -> {
            for (int i = 0; i < 100; i++) {
                ByteBuf frame = a.transport().frame(16);
                frame.writeZero(i == 0 ? 5 : 1 << 20);
                frames.add(frame);
                a.transport().send(b, frame);
            }
            sent.complete(null);
        });
        sent.get(20, TimeUnit.SECONDS);
        assertThat(frames.stream().filter(frame -> frame.refCnt() > 0)).containsExactly(frames.get(0));
        assertThat(start("b", "test", "secret").next()).startsWith("a: ").hasSize("a: ".length() + 5);
    }

    @Test
    void aMalformedFrameEndsItsConnectionAlone() throws Exception {
        Node a = start("a", "test", "secret");
        Node b = start("b", "test", "secret");
        b.send(a.id(), "one");
        assertThat(a.next()).isEqualTo("b: one");
        b.send(a.id(), "malformed");
        String heard = null;
        for (int i = 0; heard == null && i < 1_000; i++) {
            b.send(a.id(), "two");
            heard = a.received().poll(20, TimeUnit.MILLISECONDS);
        }
        assertThat(heard).isEqualTo("b: two");
    }

    @Test
    void garbageAndOversizedLengthsAreCutOff() throws Exception {
        Node a = start("a", "test", "secret");
        Random random = new Random(7);
        for (int i = 0; i < 20; i++) {
            byte[] garbage = new byte[4 + random.nextInt(600)];
            random.nextBytes(garbage);
            if (i % 2 == 0) {
                ByteBuffer.wrap(garbage).putInt(0, Integer.MAX_VALUE);
            }
            try (Socket socket = new Socket(
                    InetAddress.getLoopbackAddress(), a.transport().address().getPort())) {
                socket.setSoTimeout(10_000);
                socket.getOutputStream().write(garbage);
                socket.getOutputStream().flush();
                assertThat(isClosed(socket)).isTrue();
            }
        }
        Node b = start("b", "test", "secret");
        b.send(a.id(), "still there");
        assertThat(a.next()).isEqualTo("b: still there");
    }

    /** At once for a length that is too large, else when the time for a handshake is over. */
    private static boolean isClosed(Socket socket) {
        try (InputStream in = socket.getInputStream()) {
            return in.read() < 0;
        } catch (IOException e) {
            return !(e instanceof java.net.SocketTimeoutException);
        }
    }
}
