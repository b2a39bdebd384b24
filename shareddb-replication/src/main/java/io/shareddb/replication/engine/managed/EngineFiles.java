package io.shareddb.replication.engine.managed;

import io.shareddb.replication.engine.EngineException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;

/** What fails with files, told as an engine's failure. */
final class EngineFiles {
    private EngineFiles() {}

    interface Action<T> {
        T run() throws IOException;
    }

    interface Step {
        void run() throws IOException;
    }

    /** Runs {@code step}; a failure becomes an {@link EngineException} that begins with {@code tried}. */
    static void run(String tried, Step step) {
        checked(tried, () -> {
            step.run();
            return true;
        });
    }

    /** As {@link #run}, with a result. */
    static <T> T checked(String tried, Action<T> action) {
        try {
            return action.run();
        } catch (IOException e) {
            throw new EngineException(tried + ": " + reason(e), e);
        }
    }

    static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return e.getMessage() + ": permission denied";
        }
        return e instanceof FileSystemException || e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
