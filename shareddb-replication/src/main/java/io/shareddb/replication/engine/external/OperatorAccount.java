package io.shareddb.replication.engine.external;

import io.shareddb.replication.engine.Credentials;
import io.shareddb.replication.engine.EngineAccess;
import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.sql.AdminSession;
import io.shareddb.replication.engine.sql.Quoting;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The account that an operator makes for itself over SQL. No message shows its password. Stateless. */
public final class OperatorAccount {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SECRET_BYTES = 24;

    private OperatorAccount() {}

    /** With a password that lasts until the next start. */
    static Credentials random() {
        byte[] secret = new byte[SECRET_BYTES];
        RANDOM.nextBytes(secret);
        return new Credentials(
                EngineAccess.OPERATOR, Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
    }

    /** Of earlier starts, from whatever addresses those came. */
    public static void dropAll(AdminSession session) {
        for (Map<String, @Nullable String> row :
                session.rows("SELECT host FROM mysql.user WHERE user='" + EngineAccess.OPERATOR + "'")) {
            session.execute("DROP USER " + name(AdminSession.text(row, "host")));
        }
    }

    /** A statement around the account's name and password. */
    public static void execute(
            AdminSession session, String before, String host, String between, Credentials operator, String after) {
        try {
            session.executeRaw(before + name(host) + between + Quoting.string(operator.password()) + after);
        } catch (SQLException e) {
            throw new EngineException(
                    "cannot make the account " + name(host) + ": error " + e.getErrorCode() + " " + e.getMessage(), e);
        }
    }

    /** Gives it all privileges. */
    public static void grant(AdminSession session, String host) {
        session.execute("GRANT ALL PRIVILEGES ON *.* TO " + name(host) + " WITH GRANT OPTION");
    }

    private static String name(String host) {
        return Quoting.string(EngineAccess.OPERATOR) + "@" + Quoting.string(host);
    }
}
