package io.shareddb.server.proxy;

import static io.shareddb.protocol.wire.Packets.HEADER_BYTES;

import io.netty.buffer.ByteBuf;
import io.netty.handler.ssl.SslHandler;
import io.shareddb.protocol.auth.AuthStep;
import io.shareddb.protocol.auth.Credential;
import io.shareddb.protocol.auth.LoginSecret;
import io.shareddb.protocol.auth.NativePassword;
import io.shareddb.protocol.auth.Nonce;
import io.shareddb.protocol.auth.ServerExchange;
import io.shareddb.protocol.capability.Capability;
import io.shareddb.protocol.handshake.AuthMoreData;
import io.shareddb.protocol.handshake.AuthSwitchRequest;
import io.shareddb.protocol.packet.SqlException;
import io.shareddb.protocol.wire.Bytes;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.MalformedPacketException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * {@code COM_CHANGE_USER}: a new login on the same connection. The client is always asked again with a fresh nonce, as engines do
 * when the method differs. Event loop only.
 *
 * <pre>
 * int&lt;1&gt; 11 | terminated string: user | int&lt;1&gt; length | authentication data | terminated string: database
 * [ int&lt;2&gt; collation | [ terminated string: method | [ attributes ] ] ]
 * </pre>
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_change_user.html">manual</a>
 */
@SuppressWarnings("FutureReturnValueIgnored") // failed writes close the channel, which is heard of
final class ChangeUser {
    private final ProxySession session;
    private final String user;
    private final String database;
    private final int collation;
    private final String method;
    private Accounts.@Nullable Entry entry;
    private @Nullable ServerExchange exchange;

    private ChangeUser(ProxySession session, String user, String database, int collation, String method) {
        this.session = session;
        this.user = user;
        this.database = database;
        this.collation = collation;
        this.method = method;
    }

    /** Reads the command; {@code packet} stays the caller's. */
    static ChangeUser read(ProxySession session, ByteBuf packet) {
        ByteBuf body = packet.slice(packet.readerIndex() + HEADER_BYTES + 1, packet.readableBytes() - HEADER_BYTES - 1);
        String user = Fields.readTerminatedString(body);
        Fields.skip(body, Fields.readInt1(body));
        String database = Fields.readTerminatedString(body);
        int collation = body.readableBytes() >= 2 ? Fields.readInt2(body) : 0;
        boolean namesMethod = session.capabilities().has(Capability.PLUGIN_AUTH) && body.isReadable();
        String method = namesMethod ? Fields.readTerminatedString(body) : NativePassword.NAME;
        return new ChangeUser(session, user, database, collation, method);
    }

    /** Looks for the account, and asks for the password. */
    void begin() {
        if (session.isPeer()) {
            ask(Optional.empty());
            return;
        }
        session.context().accounts().find(user, address()).whenComplete((found, failure) -> session.channel()
                .eventLoop()
                .execute(() -> {
                    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                    if (cause == null) {
                        ask(found);
                    } else if (cause instanceof SqlException refused) {
                        session.refuseAndClose(refused.error());
                    } else {
                        session.close();
                    }
                }));
    }

    private void ask(Optional<Accounts.Entry> found) {
        if (session.isClosed()) {
            return;
        }
        entry = found.orElse(null);
        Nonce nonce = Nonce.random(session.context().random());
        Credential credential = found.map(Accounts.Entry::credential)
                .orElseGet(() -> new Credential.PlainPassword(
                        Nonce.random(session.context().random()).bytes().toHex()));
        // the client's own where that will do, so that it need not know another
        boolean own =
                credential.methods().contains(method) || credential.fallbacks().contains(method);
        String asked = own ? method : credential.methods().get(0);
        boolean encrypted = session.channel().pipeline().get(SslHandler.class) != null;
        exchange = ServerExchange.of(
                asked, credential, nonce, encrypted, session.context().authWorker());
        int number = (session.commands().lastSequence() + 1) & 0xff;
        session.write(new AuthSwitchRequest(asked, nonce.bytes().plus(Bytes.of(new byte[1]))), number);
        session.flush();
        session.commands().expectAnswer(number);
    }

    private InetAddress address() {
        if (session.channel().remoteAddress() instanceof InetSocketAddress remote) {
            return remote.getAddress();
        }
        throw new MalformedPacketException("no client address");
    }

    /** What the client says to the method; {@code body} stays the caller's. */
    void onAnswer(ByteBuf body) {
        ServerExchange asked = exchange;
        if (asked == null) {
            throw new MalformedPacketException("an answer to nothing");
        }
        Bytes answer = Bytes.of(body);
        asked.onAnswer(answer).whenComplete((step, failure) -> session.channel()
                .eventLoop()
                .execute(() -> judged(failure == null ? step : null, !answer.isEmpty())));
    }

    private void judged(@Nullable AuthStep step, boolean password) {
        Accounts.Entry account = entry;
        if (step == null || step.verdict() == AuthStep.Verdict.REJECT || account == null) {
            session.denied(
                            address(),
                            user,
                            () -> ProxyErrors.accessDenied(user, address().getHostAddress(), password))
                    .thenAccept(session::refuseAndClose);
            return;
        }
        int number = (session.commands().lastSequence() + 1) & 0xff;
        if (!step.data().isEmpty()) {
            session.write(new AuthMoreData(step.data()), number);
            session.flush();
            number = (number + 1) & 0xff;
        }
        if (step.verdict() == AuthStep.Verdict.ASK) {
            session.commands().expectAnswer((number - 1) & 0xff);
            return;
        }
        LoginSecret secret = step.shown().orElseThrow(() -> new IllegalStateException("nothing shown of " + user));
        account.shown().accept(secret);
        session.context().failedLogins().succeeded(address(), user);
        int okNumber = number;
        session.begin(new SessionLogin.Holder(account.account(), secret, address()), database, collation)
                .whenComplete((ok, failure) -> {
                    if (failure == null) {
                        session.write(ok.forCapabilities(session.capabilities()), okNumber);
                        session.flush();
                        session.finish();
                    } else if (failure instanceof SqlException refused) {
                        session.write(refused.error(), okNumber);
                        session.close();
                    } else {
                        session.close();
                    }
                });
    }
}
