package io.shareddb.server.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.shareddb.protocol.auth.ClientExchange;
import io.shareddb.protocol.auth.LoginSecret;
import io.shareddb.protocol.auth.Nonce;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.protocol.command.ComQuery;
import io.shareddb.protocol.command.QueryAttributes;
import io.shareddb.protocol.command.SqlText;
import io.shareddb.protocol.handshake.AuthMoreData;
import io.shareddb.protocol.handshake.AuthSwitchRequest;
import io.shareddb.protocol.handshake.Greeting;
import io.shareddb.protocol.handshake.LoginPacket;
import io.shareddb.protocol.packet.OkPacket;
import io.shareddb.protocol.packet.ResponsePart;
import io.shareddb.protocol.packet.ResponseTracker;
import io.shareddb.protocol.wire.Bytes;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.MalformedPacketException;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A client that sends any command and keeps each packet of the answer, with its number. */
final class CommandClient implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;
    private final Capabilities capabilities;
    private final long id;

    private CommandClient(Socket socket, Capabilities wanted, Map<String, String> attributes) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
        Greeting greeting = Greeting.read(packet().buffer());
        this.capabilities = wanted.and(greeting.capabilities());
        this.id = greeting.threadId();
        ClientExchange exchange = exchange(String.valueOf(greeting.authMethod()), greeting.nonce());
        ByteBuf login = Unpooled.buffer();
        new LoginPacket(
                        capabilities,
                        1 << 24,
                        45,
                        ProxyEngine.CLIENT.user(),
                        exchange.answer(),
                        "test",
                        exchange.method(),
                        attributes,
                        0)
                .write(login);
        send(1, ByteBufUtil.getBytes(login));
        String unused = finishLogin(exchange);
    }

    /** The connection's, from the greeting. */
    long id() {
        return id;
    }

    private static ClientExchange exchange(String method, Nonce nonce) {
        LoginSecret password = new LoginSecret.Password(ProxyEngine.CLIENT.password());
        return ClientExchange.of(method, password, nonce, false, true)
                .orElseThrow(() -> new IllegalStateException("unknown method " + method));
    }

    /**
     * Logs in anew, as the same account.
     *
     * @return the method that the server asked for
     */
    String changeUser(int collation, String method) throws IOException {
        ByteBuf body = Unpooled.buffer();
        Fields.writeTerminatedString(body, ProxyEngine.CLIENT.user());
        body.writeByte(0);
        Fields.writeTerminatedString(body, "test");
        body.writeShortLE(collation);
        Fields.writeTerminatedString(body, method);
        tell(Command.CHANGE_USER, ByteBufUtil.getBytes(body));
        return finishLogin(exchange(method, Nonce.random(new SecureRandom())));
    }

    private String finishLogin(ClientExchange first) throws IOException {
        ClientExchange exchange = first;
        while (true) {
            Received verdict = packet();
            Optional<Bytes> answer = Optional.empty();
            switch (verdict.body().at(0)) {
                case OkPacket.HEADER -> {
                    return exchange.method();
                }
                case AuthSwitchRequest.HEADER -> {
                    AuthSwitchRequest request = AuthSwitchRequest.read(verdict.buffer());
                    Nonce nonce = new Nonce(request.data().slice(0, Nonce.LENGTH));
                    exchange = exchange(request.method(), nonce);
                    answer = Optional.of(exchange.answer());
                }
                case AuthMoreData.HEADER ->
                    answer = exchange.onMoreData(
                            AuthMoreData.read(verdict.buffer()).data());
                default -> throw new IOException("login refused: " + verdict);
            }
            if (answer.isPresent()) {
                send(verdict.sequence() + 1, answer.get().toByteArray());
            }
        }
    }

    /** @param body of the packet, header left out */
    record Received(int sequence, Bytes body) {
        ByteBuf buffer() {
            return body.toByteBuf();
        }

        @Override
        public String toString() {
            return sequence + ":" + body.toHex();
        }
    }

    /** Logs in as the clients' account, with database {@code test} and those of {@code wanted} that the server offers. */
    static CommandClient connect(int port, Capabilities wanted, Map<String, String> attributes) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        return new CommandClient(
                socket,
                wanted.with(
                        Capability.PROTOCOL_41,
                        Capability.SECURE_CONNECTION,
                        Capability.PLUGIN_AUTH,
                        Capability.CONNECT_WITH_DB),
                attributes);
    }

    private void send(int sequence, byte[] body) throws IOException {
        ByteBuf packet = Unpooled.buffer();
        packet.writeMediumLE(body.length).writeByte(sequence).writeBytes(body);
        socket.getOutputStream().write(ByteBufUtil.getBytes(packet));
        socket.getOutputStream().flush();
    }

    /** Sends a command that nobody answers. */
    void tell(int command, byte[] arguments) throws IOException {
        byte[] body = new byte[arguments.length + 1];
        body[0] = (byte) command;
        System.arraycopy(arguments, 0, body, 1, arguments.length);
        send(0, body);
    }

    /** Sends a command and reads its whole answer. */
    List<Received> ask(int command, byte[] arguments) throws IOException {
        tell(command, arguments);
        ResponseTracker tracker = new ResponseTracker(capabilities);
        tracker.begin(command);
        List<Received> answer = new ArrayList<>();
        while (!tracker.isComplete()) {
            Received received = packet();
            answer.add(received);
            try {
                if (tracker.accept(received.buffer()) == ResponsePart.ERROR) {
                    break;
                }
            } catch (MalformedPacketException e) {
                throw new IOException("answer to command " + command + ": " + answer, e);
            }
        }
        return answer;
    }

    List<Received> ask(int command, String text) throws IOException {
        return ask(command, text.getBytes(StandardCharsets.UTF_8));
    }

    List<Received> query(String sql) throws IOException {
        return query(sql, QueryAttributes.NONE);
    }

    /** @param attributes sent if that was agreed on */
    List<Received> query(String sql, QueryAttributes attributes) throws IOException {
        ByteBuf body = Unpooled.buffer();
        new ComQuery(SqlText.of(sql), attributes, sendsAttributes()).write(body);
        return ask(Command.QUERY, ByteBufUtil.getBytes(body.skipBytes(1)));
    }

    /** Query attributes were agreed on, so that executions say how many parameters they have, and their names. */
    boolean sendsAttributes() {
        return capabilities.has(Capability.QUERY_ATTRIBUTES);
    }

    private Received packet() throws IOException {
        int length = in.readUnsignedByte() | in.readUnsignedByte() << 8 | in.readUnsignedByte() << 16;
        int sequence = in.readUnsignedByte();
        return new Received(sequence, Bytes.of(in.readNBytes(length)));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
