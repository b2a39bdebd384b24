package io.shareddb.server.endtoend;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Finds ports that nobody listens on, below those that the system gives to outgoing connections. Stateless. */
public final class FreePorts {
    private static final int PORTS = 8_000;

    /** Tests that run at the same time in processes of their own take ports of their own. */
    private static final int LOWEST = 15_000 + (Integer.getInteger("shareddb.test.fork", 1) - 1) % 2 * PORTS;

    private static final int HIGHEST = LOWEST + PORTS;

    private FreePorts() {}

    /** The first of {@code count} free ports in a row. */
    public static int block(int count) {
        for (int attempt = 0; attempt < 100; attempt++) {
            int first = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST - count);
            if (allFree(first, count)) {
                return first;
            }
        }
        throw new AssertionError("no " + count + " free ports in a row between " + LOWEST + " and " + HIGHEST);
    }

    private static boolean allFree(int first, int count) {
        for (int port = first; port < first + count; port++) {
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                socket.setReuseAddress(true);
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }
}
