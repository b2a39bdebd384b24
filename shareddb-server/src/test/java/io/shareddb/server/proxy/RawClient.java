package io.shareddb.server.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.shareddb.protocol.auth.NativePassword;
import io.shareddb.protocol.capability.Capabilities;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.protocol.handshake.Greeting;
import io.shareddb.protocol.handshake.LoginPacket;
import io.shareddb.protocol.packet.ErrPacket;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A client that writes what it likes. */
final class RawClient implements AutoCloseable {
    final Socket socket;
    final DataInputStream in;

    RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        in = new DataInputStream(socket.getInputStream());
    }

    static RawClient loggedIn(int port) throws IOException {
        RawClient client = new RawClient(port);
        Greeting read = Greeting.read(Unpooled.wrappedBuffer(client.answer()));
        LoginPacket login = new LoginPacket(
                Capabilities.of(Capability.PROTOCOL_41, Capability.SECURE_CONNECTION, Capability.PLUGIN_AUTH),
                1 << 24,
                45,
                ProxyEngine.CLIENT.user(),
                NativePassword.answer(ProxyEngine.CLIENT.password(), read.nonce()),
                null,
                NativePassword.NAME,
                Map.of(),
                0);
        var body = Unpooled.buffer();
        login.write(body);
        client.send(1, ByteBufUtil.getBytes(body));
        assertThat(client.answer()[0]).isZero();
        return client;
    }

    void send(int sequence, byte[] body) throws IOException {
        var packet = Unpooled.buffer();
        packet.writeMediumLE(body.length).writeByte(sequence).writeBytes(body);
        write(ByteBufUtil.getBytes(packet));
    }

    void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** The next packet's body, null when the other side has hung up. */
    byte @Nullable [] packet() throws IOException {
        try {
            int length = in.readUnsignedByte() | in.readUnsignedByte() << 8 | in.readUnsignedByte() << 16;
            in.readUnsignedByte();
            return in.readNBytes(length);
        } catch (EOFException | SocketException e) {
            return null;
        }
    }

    /** The next packet's body. */
    byte[] answer() throws IOException {
        byte[] body = packet();
        if (body == null) {
            throw new AssertionError("hung up on instead of answered");
        }
        return body;
    }

    void expectError(int number) throws IOException {
        assertThat(ErrPacket.read(Unpooled.wrappedBuffer(answer())).number()).isEqualTo(number);
    }

    void expectHangUp() throws IOException {
        assertThat(packet()).isNull();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
