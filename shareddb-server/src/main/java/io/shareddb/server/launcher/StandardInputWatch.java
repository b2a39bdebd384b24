package io.shareddb.server.launcher;

import java.io.IOException;
import java.io.InputStream;

/** Notices the end of standard input, which a parent process holds open while it lives. Stateless. */
final class StandardInputWatch {
    private StandardInputWatch() {}

    /** Calls {@code ended} once, on a thread of its own. */
    static void start(Runnable ended) {
        Thread thread = new Thread(
                () -> {
                    drain(System.in);
                    ended.run();
                },
                "standard-input");
        thread.setDaemon(true);
        thread.start();
    }

    private static void drain(InputStream in) {
        byte[] buffer = new byte[64];
        try {
            while (in.read(buffer) >= 0) {
                // what a parent writes means nothing
            }
        } catch (IOException e) {
            // a broken pipe is an end, too
        }
    }
}
