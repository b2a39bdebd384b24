package io.shareddb.replication.engine.bulk;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.protocol.handshake.ClientLogin;
import io.shareddb.protocol.handshake.ClientLoginConfig;
import io.shareddb.protocol.handshake.ClientSession;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.LocalFileRequest;
import io.shareddb.protocol.packet.OkPacket;
import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EngineException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A blocking connection of the operator's account. Values pass through in pieces in both directions, so that a row of a gigabyte needs no
 * more memory than a short one. One thread, but for {@link #abort}.
 */
public final class BulkConnection implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int QUERY = 3;
    private static final int PIECE = 128 << 10;
    private static final Capabilities WANTED = ClientLoginConfig.DEFAULT_CAPABILITIES
            .with(Capability.LOCAL_FILES)
            .without(Capability.DEPRECATE_EOF, Capability.SESSION_TRACK, Capability.MULTI_RESULTS);

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final PayloadInput payloads;
    private Capabilities capabilities = Capabilities.NONE;

    private BulkConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
        this.payloads = new PayloadInput(in);
    }

    /**
     * Connects and logs in.
     *
     * @throws EngineException if the engine refuses us
     */
    public static BulkConnection open(EngineAccess access) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            socket.connect(new InetSocketAddress(access.host(), access.port()), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            BulkConnection connection = new BulkConnection(socket);
            connection.login(ClientLoginConfig.of(
                            access.account().user(), access.account().password())
                    .withCapabilities(WANTED)
                    .withRequestPublicKey(true)); // as the driver's connections do
            socket.setSoTimeout(0); // a statement may take hours
            return connection;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** The codec's login is made for an event loop; here it is driven by hand. */
    private void login(ClientLoginConfig config) throws IOException {
        EmbeddedChannel channel = new EmbeddedChannel();
        try {
            CompletableFuture<ClientSession> session =
                    ClientLogin.addTo(channel.pipeline(), config).session().toCompletableFuture();
            byte[] buffer = new byte[4096];
            while (!session.isDone()) {
                for (ByteBuf some = channel.readOutbound(); some != null; some = channel.readOutbound()) {
                    some.readBytes(out, some.readableBytes());
                    some.release();
                }
                int length = in.read(buffer);
                if (length < 0) {
                    throw new EOFException("the engine hung up during the login");
                }
                channel.writeInbound(Unpooled.wrappedBuffer(buffer, 0, length));
            }
            capabilities = session.join().capabilities();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new EngineException("cannot log in to the engine: " + cause.getMessage(), cause);
        } finally {
            channel.finishAndReleaseAll();
        }
    }

    /**
     * Runs a statement that has no rows to give.
     *
     * @throws EngineException whose cause is an {@link SQLException} with the number, if the engine refuses
     */
    public void execute(String sql) throws IOException {
        send(sql);
        payloads.next();
        ok(sql);
    }

    /** Rows of text, all of them; for short answers. */
    public List<List<@Nullable String>> rows(String sql) throws IOException {
        TextRows rows = new TextRows();
        read(sql, rows);
        return rows.all;
    }

    /** Runs a query and tells its rows as they come. */
    public void read(String sql, RowSink sink) throws IOException {
        send(sql);
        payloads.next();
        if (payloads.first() == ErrPacket.HEADER) {
            throw refused(sql);
        }
        int columns = (int) payloads.length(payloads.read());
        for (int i = 0; i <= columns; i++) { // and the end of their definitions
            payloads.next();
            payloads.rest();
        }
        for (; ; ) {
            payloads.next();
            int first = payloads.first();
            if (first == ErrPacket.HEADER) {
                throw refused(sql);
            }
            if (first == 0xfe && payloads.packetLength() < 9) {
                payloads.rest();
                return;
            }
            for (int i = 0; i < columns; i++) {
                int length = payloads.read();
                if (length == LocalFileRequest.HEADER) { // which is NULL here
                    sink.nullValue();
                } else {
                    long bytes = payloads.length(length);
                    sink.value(bytes);
                    payloads.copy(bytes, sink);
                }
            }
            payloads.end();
            sink.endRow();
        }
    }

    /**
     * Runs a {@code LOAD DATA LOCAL INFILE} and gives it {@code source} as the file.
     *
     * @return what the engine says of it
     */
    public OkPacket load(String sql, RowSource source) throws IOException {
        send(sql);
        payloads.next();
        if (payloads.first() != LocalFileRequest.HEADER) {
            ok(sql);
            throw new EngineException("the engine did not ask for a file: " + sql);
        }
        payloads.rest();
        int sequence = payloads.sequence();
        byte[] piece = new byte[PIECE];
        byte[] header = new byte[4];
        for (int length = source.read(piece); ; length = source.read(piece)) {
            header(header, Math.max(0, length), ++sequence);
            out.write(header);
            if (length < 0) {
                break; // an empty packet is the end
            }
            out.write(piece, 0, length);
        }
        payloads.next();
        return ok(sql);
    }

    private static void header(byte[] into, int length, int sequence) {
        into[0] = (byte) length;
        into[1] = (byte) (length >> 8);
        into[2] = (byte) (length >> 16);
        into[3] = (byte) sequence;
    }

    private void send(String sql) throws IOException {
        byte[] text = sql.getBytes(StandardCharsets.UTF_8);
        byte[] packet = new byte[5 + text.length];
        if (text.length >= 0xffffff) {
            throw new IllegalArgumentException("statement of " + text.length + " bytes (expected: below 2^24 - 1)");
        }
        header(packet, text.length + 1, 0);
        packet[4] = QUERY;
        System.arraycopy(text, 0, packet, 5, text.length);
        out.write(packet);
    }

    private OkPacket ok(String sql) throws IOException {
        if (payloads.first() == ErrPacket.HEADER) {
            throw refused(sql);
        }
        return OkPacket.read(Unpooled.wrappedBuffer(payloads.rest()), capabilities);
    }

    private EngineException refused(String sql) throws IOException {
        ErrPacket error = ErrPacket.read(Unpooled.wrappedBuffer(payloads.rest()));
        return new EngineException(
                "engine refused: " + sql + ": error " + error.number() + " (" + error.sqlState() + ") "
                        + error.message(),
                new SQLException(error.message(), error.sqlState(), error.number()));
    }

    /** Ends the connection, whatever it does; the thread that uses it gets an {@link IOException}. Thread-safe. */
    public void abort() {
        try {
            socket.close();
        } catch (IOException e) {
            return; // it is as closed as it can be
        }
    }

    /** Ends the connection, which rolls back what it had not committed. */
    @Override
    public void close() {
        abort();
    }

    /** Keeps rows. */
    private static final class TextRows implements RowSink {
        private final List<List<@Nullable String>> all = new ArrayList<>();
        private List<@Nullable String> row = new ArrayList<>();
        private StringBuilder value = new StringBuilder();
        private boolean open;

        @Override
        public void nullValue() {
            endValue();
            row.add(null);
        }

        @Override
        public void value(long length) {
            endValue();
            open = true;
        }

        @Override
        public void bytes(byte[] buffer, int offset, int length) {
            value.append(new String(buffer, offset, length, StandardCharsets.ISO_8859_1));
        }

        @Override
        public void endRow() {
            endValue();
            all.add(row);
            row = new ArrayList<>();
        }

        private void endValue() {
            if (open) {
                row.add(new String(value.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
                value = new StringBuilder();
                open = false;
            }
        }
    }
}
