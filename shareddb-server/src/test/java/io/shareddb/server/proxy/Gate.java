package io.shareddb.server.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/** A port before another one on this machine; while it is shut, connections are taken but nothing passes. */
final class Gate implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final List<Socket> clients = new CopyOnWriteArrayList<>();
    private volatile boolean open = true;

    Gate(int target) throws IOException {
        this.listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        this.target = target;
        start(this::accept);
    }

    private static void start(IoAction action) {
        Thread thread = new Thread(() -> {
            try {
                action.run();
            } catch (IOException e) {
                // one of the two hung up
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private interface IoAction {
        void run() throws IOException;
    }

    int port() {
        return listener.getLocalPort();
    }

    /** How many have connected so far. */
    int connections() {
        return clients.size();
    }

    void open() {
        open = true;
    }

    void shut() {
        open = false;
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            clients.add(client);
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            start(() -> pass(client, server));
            start(() -> pass(server, client));
        }
    }

    private void pass(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            byte[] bytes = new byte[1 << 16];
            InputStream in = from.getInputStream();
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                while (!open) {
                    LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
                }
                to.getOutputStream().write(bytes, 0, count);
            }
        }
    }

    @Override
    public void close() throws IOException {
        open();
        listener.close();
        for (Socket client : clients) {
            client.close();
        }
    }
}
