package io.shareddb.server.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Does to processes what happens to them. Stateless. */
public final class Processes {
    private static final int LIMIT_SECONDS = 30;

    private Processes() {}

    /** {@code kill -9}; returns when it is gone. */
    public static void kill(long pid) {
        signal("KILL", pid);
        Poll.until("process " + pid + " is gone", Duration.ofSeconds(10), () -> !alive(pid));
    }

    public static void stop(long pid) {
        signal("STOP", pid);
    }

    public static void resume(long pid) {
        signal("CONT", pid);
    }

    public static void terminate(long pid) {
        signal("TERM", pid);
    }

    /** Whether it runs; one that ended while its parent stands still, and so could not ask how, does not. */
    public static boolean alive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false) && !ended(pid);
    }

    private static boolean ended(long pid) {
        try {
            String state = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
            return state.substring(state.lastIndexOf(')')).startsWith(") Z");
        } catch (IOException e) {
            return false; // a system without /proc, or it is gone
        }
    }

    /** Whether {@code directory}, or what is in it, is on the command line of a process. */
    public static boolean mentions(long pid, Path directory) {
        try {
            return Files.readString(Path.of("/proc", String.valueOf(pid), "cmdline"))
                    .contains(directory + "/");
        } catch (IOException e) {
            return false; // a system without /proc, or it is gone
        }
    }

    /**
     * From now on the process cannot write beyond the first {@code bytes} of any file.
     *
     * @return whether that can be done here; it takes no privilege, but the program {@code prlimit}
     */
    static boolean limitFiles(long pid, long bytes) {
        return succeed("prlimit", "--pid", String.valueOf(pid), "--fsize=" + bytes + ":");
    }

    /** Whether there is such a program, and it ended well and soon. */
    public static boolean succeed(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false; // there is no such program
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void signal(String name, long pid) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(pid))
                    .redirectErrorStream(true)
                    .start();
            kill.waitFor(5, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new AssertionError("kill -" + name + " " + pid, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
