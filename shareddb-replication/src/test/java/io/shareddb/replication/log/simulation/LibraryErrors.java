package io.shareddb.replication.log.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import io.shareddb.replication.segment.MemoryDisk;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The library logs what goes wrong in its tasks and goes on: here it is collected, by thread and those that it started. Everything else that is logged is dropped. */
public final class LibraryErrors extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    /** A hand-over of leadership that was to be repeated has been decided meanwhile. */
    private static final String LATE_RETRY = "no leadership transfer state for target endpoint";

    private static final ThreadLocal<List<String>> ERRORS = new InheritableThreadLocal<>() {
        @Override
        protected List<String> initialValue() {
            return new ArrayList<>();
        }
    };
    private final Logger library = (Logger) LoggerFactory.getLogger("io.microraft");
    private final Logger ours = (Logger) LoggerFactory.getLogger("io.shareddb");
    private final @Nullable Level oursBefore = ours.getLevel();

    public static LibraryErrors watch() {
        LibraryErrors watch = new LibraryErrors();
        watch.setContext(watch.library.getLoggerContext());
        watch.start();
        watch.library.addAppender(watch);
        watch.library.setAdditive(false);
        watch.ours.setLevel(Level.OFF);
        return watch;
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getLevel().isGreaterOrEqual(Level.ERROR)
                && !event.getFormattedMessage().contains(LATE_RETRY)
                && !isFault(event.getThrowableProxy())) {
            StringBuilder text = new StringBuilder(event.getFormattedMessage());
            for (IThrowableProxy at = event.getThrowableProxy(); at != null; at = at.getCause()) {
                text.append(" <- ").append(at.getClassName()).append(": ").append(at.getMessage());
                if (at.getStackTraceElementProxyArray().length > 0) {
                    text.append(' ').append(at.getStackTraceElementProxyArray()[0]);
                }
            }
            ERRORS.get().add(text.toString());
        }
    }

    private static boolean isFault(@Nullable IThrowableProxy thrown) {
        for (IThrowableProxy at = thrown; at != null; at = at.getCause()) {
            if (at.getClassName().equals(MemoryDisk.Fault.class.getName())
                    || String.valueOf(at.getMessage()).contains("the log's disk failed before")) {
                return true;
            }
        }
        return false;
    }

    /** What was logged on this thread since the last call. */
    public List<String> take() {
        List<String> taken = List.copyOf(ERRORS.get());
        ERRORS.get().clear();
        return taken;
    }

    @Override
    public void close() {
        library.detachAppender(this);
        library.setAdditive(true);
        ours.setLevel(oursBefore);
    }
}
