package io.shareddb.server.launcher;

import java.io.PrintWriter;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import picocli.CommandLine.Model.CommandSpec;

/** The terminal. Thread-safe: a line at a time. */
final class Console {
    private final PrintWriter out;

    Console(CommandSpec command) {
        out = command.commandLine().getOut();
    }

    synchronized void print(String text) {
        out.println(text);
        out.flush();
    }

    /** A line that begins with the time of day: something happened. */
    void event(String text) {
        LocalTime now = LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS);
        print(DateTimeFormatter.ISO_LOCAL_TIME.format(now) + " " + text);
    }
}
