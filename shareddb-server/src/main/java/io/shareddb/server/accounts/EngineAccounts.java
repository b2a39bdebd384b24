package io.shareddb.server.accounts;

import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.shareddb.protocol.auth.Credential;
import io.shareddb.protocol.auth.LoginSecret;
import io.shareddb.protocol.packet.ErrPacket;
import io.shareddb.protocol.packet.SqlException;
import io.shareddb.protocol.wire.Bytes;
import io.shareddb.replication.engine.AccountDialect;
import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.server.proxy.Accounts;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every account of this node's engine may log in. Asked for each login, so that what was granted, changed or taken away counts at once.
 * Passwords are checked here against what the engine stores; all else (locks, expiry, limits, rights) the engine judges itself
 * when the session's connection logs in on it as that account.
 *
 * <p>Thread-safe. Asks the engine on threads of its own.
 */
public final class EngineAccounts implements Accounts, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EngineAccounts.class);
    private static final int THREADS = 2;
    private static final int MAX_WAITING = 1000;
    private static final int QUERY_SECONDS = 5;

    /** Of MariaDB, of MySQL, and of both once. */
    private static final Set<String> ENDS_SESSIONS = Set.of("CONNECTION ADMIN", "CONNECTION_ADMIN", "SUPER");

    /** MySQL: sessions of accounts with this are left to others with it. */
    private static final String SYSTEM_USER = "SYSTEM_USER";

    private final Accounts own;
    private final Supplier<Optional<Source>> engine;
    private final KnownPasswords known = new KnownPasswords();
    private final ThreadPoolExecutor executor;

    /**
     * Where the accounts are.
     *
     * @param administration connections to the engine as an account that may read the others
     * @param dialect the engine's
     * @param host where it is
     */
    public record Source(DataSource administration, AccountDialect dialect, String host) {}

    /**
     * Accounts of an engine.
     *
     * @param own accounts that come first and are not looked up
     * @param engine this node's, empty while it does not run; called for each login on a thread of this object
     */
    public EngineAccounts(Accounts own, Supplier<Optional<Source>> engine) {
        this.own = own;
        this.engine = engine;
        executor = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(MAX_WAITING),
                new DefaultThreadFactory("accounts", true));
        executor.allowCoreThreadTimeOut(true);
    }

    /** The engine may be another one, or started anew: makes it believe what it is told of clients' addresses. */
    public void engineChanged() {
        try {
            executor.execute(() -> {
                try {
                    Optional<Source> source = engine.get();
                    if (source.isPresent()) {
                        try (Connection connection =
                                source.get().administration().getConnection()) {
                            trust(connection, source.get());
                        }
                    }
                } catch (SQLException | IOException | RuntimeException e) {
                    log.debug("engine cannot be told to believe addresses now: {}", e.toString());
                }
            });
        } catch (RejectedExecutionException e) {
            log.debug("{} logins wait already, each of which does it", MAX_WAITING);
        }
    }

    @Override
    public CompletionStage<Optional<Entry>> find(String user, InetAddress address) {
        return own.find(user, address)
                .thenCompose(entry ->
                        entry.isPresent() ? CompletableFuture.completedFuture(entry) : findInEngine(user, address));
    }

    @Override
    public CompletionStage<Boolean> mayKill(Account killer, Account owner) {
        if (killer.identity().isEmpty()) {
            return own.mayKill(killer, owner);
        }
        try {
            return CompletableFuture.supplyAsync(() -> isGranted(killer, owner), executor);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(false);
        }
    }

    /** As engines judge it, of privileges that are the account's own; those of roles do not count. */
    private boolean isGranted(Account killer, Account owner) {
        Optional<Source> source = engine.get();
        if (source.isEmpty()) {
            return false;
        }
        try (Connection connection = source.get().administration().getConnection()) {
            Set<String> rights = privileges(connection, killer);
            boolean others = rights.stream().anyMatch(ENDS_SESSIONS::contains);
            return others
                    && (rights.contains(SYSTEM_USER)
                            || !privileges(connection, owner).contains(SYSTEM_USER));
        } catch (SQLException e) {
            log.warn("privileges cannot be read: {}", e.toString());
            return false;
        }
    }

    private static Set<String> privileges(Connection connection, Account account) throws SQLException {
        String identity = account.identity().orElse(account.user() + "@%");
        int at = identity.lastIndexOf('@');
        Set<String> found = new HashSet<>();
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT privilege_type FROM information_schema.user_privileges WHERE grantee = ?")) {
            query.setQueryTimeout(QUERY_SECONDS);
            query.setString(1, "'" + identity.substring(0, at) + "'@'" + identity.substring(at + 1) + "'");
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
            }
        }
        return found;
    }

    private CompletionStage<Optional<Entry>> findInEngine(String user, InetAddress address) {
        if (user.equals(EngineAccess.OPERATOR)) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        try {
            return CompletableFuture.supplyAsync(() -> lookUp(user, address), executor);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(
                    new SqlException(new ErrPacket(1040, "08004", "Too many connections: too many log in at once")));
        }
    }

    private Optional<Entry> lookUp(String user, InetAddress address) {
        Source source = engine.get()
                .orElseThrow(() -> unavailable("this node's engine, which knows the accounts, does not run now"));
        try {
            return choose(read(source, user), address).flatMap(account -> entry(account, user, address));
        } catch (SQLException | IOException e) {
            log.warn("accounts cannot be read: {}", e.toString());
            throw unavailable("this node's engine, which knows the accounts, does not answer now");
        }
    }

    private static CompletionException unavailable(String why) {
        return new CompletionException(new SqlException(
                new ErrPacket(1290, "HY000", "cannot check the login: " + why + "; try again, or on another node")));
    }

    private static List<StoredAccount> read(Source source, String user) throws SQLException, IOException {
        List<StoredAccount> found = new ArrayList<>();
        try (Connection connection = source.administration().getConnection()) {
            trust(connection, source);
            try (PreparedStatement query =
                    connection.prepareStatement(source.dialect().accounts())) {
                query.setQueryTimeout(QUERY_SECONDS);
                query.setString(1, user);
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) {
                        byte[] stored = rows.getBytes(4);
                        found.add(new StoredAccount(
                                new HostPattern(rows.getString(1)),
                                rows.getString(2),
                                rows.getString(3),
                                Bytes.of(stored == null ? new byte[0] : stored)));
                    }
                }
            }
        }
        return found;
    }

    private static void trust(Connection connection, Source source) throws SQLException, IOException {
        Optional<String> statement = source.dialect().trust();
        if (statement.isPresent()) {
            try (PreparedStatement trust = connection.prepareStatement(statement.get())) {
                trust.setString(1, addressTowards(source.host()));
                trust.execute();
            }
        }
    }

    /** As which address this machine reaches {@code host}; nothing is sent. */
    private static String addressTowards(String host) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(InetAddress.getByName(host), 9);
            return NetUtil.toAddressString(socket.getLocalAddress());
        }
    }

    /** The account that the engine gives a client from {@code address}. */
    static Optional<StoredAccount> choose(List<StoredAccount> accounts, InetAddress address) {
        return accounts.stream()
                .filter(account -> account.host().matches(address))
                .min(StoredAccount.ORDER);
    }

    private Optional<Entry> entry(StoredAccount stored, String user, InetAddress address) {
        if (!stored.checkable()) {
            throw new CompletionException(new SqlException(new ErrPacket(
                    1045,
                    "28000",
                    "Access denied for user '" + user + "'@'" + address.getHostAddress() + "': its method "
                            + stored.method() + " cannot be used through Shared DB (expected: mysql_native_password or"
                            + " caching_sha2_password)")));
        }
        Account account =
                new Account(user, Optional.of(stored.identity()), stored.host().local());
        Optional<Credential> credential = known.find(stored)
                .<Credential>map(password -> new Credential.PlainPassword(password.text()))
                .or(stored::credential);
        return credential.map(found -> new Entry(account, found, shown -> learn(stored, shown)));
    }

    private void learn(StoredAccount stored, LoginSecret shown) {
        if (shown instanceof LoginSecret.Password password && !password.text().isEmpty()) {
            known.add(stored, password);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
