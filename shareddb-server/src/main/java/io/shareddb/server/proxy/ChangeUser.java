package io.shareddb.server.proxy;

import static io.shareddb.protocol.wire.Packets.HEADER_BYTES;

import io.netty.buffer.ByteBuf;
import io.shareddb.protocol.auth.AuthStep;
import io.shareddb.protocol.auth.Credential;
import io.shareddb.protocol.auth.NativePassword;
import io.shareddb.protocol.auth.Nonce;
import io.shareddb.protocol.auth.ServerExchange;
import io.shareddb.protocol.handshake.AuthMoreData;
import io.shareddb.protocol.handshake.AuthSwitchRequest;
import io.shareddb.protocol.packet.SqlException;
import io.shareddb.protocol.wire.Bytes;
import io.shareddb.protocol.wire.Fields;
import io.shareddb.protocol.wire.MalformedPacketException;
import java.net.InetSocketAddress;
import java.util.Optional;

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
    private final Optional<Accounts.Account> account;
    private final ServerExchange exchange;

    private ChangeUser(
            ProxySession session,
            String user,
            String database,
            int collation,
            Optional<Accounts.Account> account,
            ServerExchange exchange) {
        this.session = session;
        this.user = user;
        this.database = database;
        this.collation = collation;
        this.account = account;
        this.exchange = exchange;
    }

    /** Reads the command and asks for the password; {@code packet} stays the caller's. */
    static ChangeUser begin(ProxySession session, ByteBuf packet) {
        ByteBuf body = packet.slice(packet.readerIndex() + HEADER_BYTES + 1, packet.readableBytes() - HEADER_BYTES - 1);
        String user = Fields.readTerminatedString(body);
        Fields.skip(body, Fields.readInt1(body));
        String database = Fields.readTerminatedString(body);
        int collation = body.readableBytes() >= 2 ? Fields.readInt2(body) : 0;
        Optional<Accounts.Account> account = session.isPeer()
                ? Optional.empty()
                : session.context().accounts().find(user, address(session));
        Nonce nonce = Nonce.random(session.context().random());
        Credential credential = account.map(Accounts.Account::credential)
                .orElseGet(() -> new Credential.PlainPassword(
                        Nonce.random(session.context().random()).bytes().toHex()));
        String method = credential.methods().contains(NativePassword.NAME)
                ? NativePassword.NAME
                : credential.methods().get(0);
        ServerExchange exchange = ServerExchange.of(
                method, credential, nonce, false, session.context().authWorker());
        int number = (session.commands().lastSequence() + 1) & 0xff;
        session.write(new AuthSwitchRequest(method, nonce.bytes().plus(Bytes.of(new byte[1]))), number);
        session.flush();
        session.commands().expectAnswer(number);
        return new ChangeUser(session, user, database, collation & 0xff, account, exchange);
    }

    private static java.net.InetAddress address(ProxySession session) {
        if (session.channel().remoteAddress() instanceof InetSocketAddress remote) {
            return remote.getAddress();
        }
        throw new MalformedPacketException("no client address");
    }

    /** What the client says to the method; {@code body} stays the caller's. */
    void onAnswer(ByteBuf body) {
        Bytes answer = Bytes.of(body);
        exchange.onAnswer(answer).whenComplete((step, failure) -> session.channel()
                .eventLoop()
                .execute(() -> judged(failure == null ? step : null, !answer.isEmpty())));
    }

    private void judged(@org.jspecify.annotations.Nullable AuthStep step, boolean password) {
        if (step == null || step.verdict() == AuthStep.Verdict.REJECT || account.isEmpty()) {
            session.context().metrics().deniedLogins.increment();
            session.refuseAndClose(
                    ProxyErrors.accessDenied(user, address(session).getHostAddress(), password));
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
        int okNumber = number;
        session.begin(account.get(), database, collation).whenComplete((ok, failure) -> {
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
