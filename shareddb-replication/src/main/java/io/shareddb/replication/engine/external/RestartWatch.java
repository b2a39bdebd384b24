package io.shareddb.replication.engine.external;

import io.shareddb.replication.engine.EngineException;
import io.shareddb.replication.engine.sql.AdminSession;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that an engine is another process than at the start, or gone. It asks once a second on a connection that it keeps; when that
 * breaks, it connects again, and the engine must have been up all the time, by the operator's monotonic clock. Thread-safe.
 */
final class RestartWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RestartWatch.class);
    private static final int INTERVAL_MILLIS = 1000;
    private static final int ANSWER_MILLIS = 10_000;

    /** How long nobody may answer before the engine counts as gone. */
    private static final long GONE_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** The engine tells its age in whole seconds. */
    private static final long SLACK_SECONDS = 2;

    private static final int ERROR_TOO_MANY_CONNECTIONS = 1040;

    private final DataSource administration;
    private final Consumer<String> ended;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final long startNanos;
    private final long startUptime;
    private long lastSession; // the watch's thread only

    private record Answer(long uptime, long session) {}

    /**
     * Asks for the first time.
     *
     * @param ended hears once why the engine is not what it was, on the watch's thread; not after {@link #close}
     * @throws EngineException if the engine does not answer
     */
    RestartWatch(String name, DataSource administration, Consumer<String> ended) {
        this.administration = administration;
        this.ended = ended;
        this.startNanos = System.nanoTime();
        Answer first;
        try (AdminSession session = AdminSession.open(administration)) {
            first = ask(session);
        }
        this.startUptime = first.uptime();
        this.lastSession = first.session();
        Thread thread = new Thread(this::run, "watch-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private static Answer ask(AdminSession session) {
        String uptime = session.row("SHOW GLOBAL STATUS LIKE 'Uptime'")
                .map(row -> AdminSession.text(row, "value"))
                .orElse("0");
        return new Answer(Long.parseLong(uptime), Long.parseLong(session.value("SELECT CONNECTION_ID()")));
    }

    private void run() {
        long lastAnswer = System.nanoTime();
        String why = null;
        while (why == null && closed.getCount() > 0) {
            try (AdminSession session = AdminSession.open(administration)) {
                limit(session.connection());
                while (closed.getCount() > 0) {
                    Answer answer = ask(session);
                    why = restarted(answer);
                    if (why != null) {
                        break;
                    }
                    lastSession = answer.session();
                    lastAnswer = System.nanoTime();
                    pause();
                }
            } catch (EngineException | SQLException e) {
                if (errorCode(e) == ERROR_TOO_MANY_CONNECTIONS) {
                    lastAnswer = System.nanoTime(); // it is busy, and so it is there
                } else if (System.nanoTime() - lastAnswer > GONE_NANOS) {
                    why = "it does not answer: " + rootMessage(e);
                }
                pause();
            } catch (NullPointerException e) {
                if (closed.getCount() > 0) {
                    throw e;
                }
                log.debug("watch ends while its connection goes back to a pool that is closed"); // HikariCP 7
            }
        }
        if (why != null && closed.getCount() > 0) {
            ended.accept(why);
        }
    }

    private @Nullable String restarted(Answer answer) {
        long upSinceStart = startUptime + (System.nanoTime() - startNanos) / 1_000_000_000L;
        boolean sameProcess = answer.uptime() + SLACK_SECONDS >= upSinceStart && answer.session() >= lastSession;
        return sameProcess ? null : "it was restarted";
    }

    private static void limit(Connection connection) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, ANSWER_MILLIS);
    }

    private void pause() {
        try {
            boolean unused = closed.await(INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed.countDown();
        }
    }

    private static int errorCode(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getErrorCode() != 0) {
                return sql.getErrorCode();
            }
        }
        return 0;
    }

    /** What the driver says, below what a pool says about it. */
    static String rootMessage(Throwable failure) {
        Throwable at = failure;
        while (at.getCause() instanceof SQLException cause) {
            at = cause;
        }
        Throwable below = at.getCause();
        while (below != null && below.getCause() != null) {
            below = below.getCause();
        }
        String message = String.valueOf(at.getMessage()).lines().findFirst().orElse("");
        return below == null || below.getMessage() == null ? message : message + " (" + below.getMessage() + ")";
    }

    @Override
    public void close() {
        if (closed.getCount() > 0) {
            log.debug("watch ends");
        }
        closed.countDown();
    }
}
