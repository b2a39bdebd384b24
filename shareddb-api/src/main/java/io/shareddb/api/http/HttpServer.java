package io.shareddb.api.http;

import io.shareddb.replication.tls.NodeTls;
import io.undertow.Undertow;
import io.undertow.Undertow.ListenerBuilder;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.GracefulShutdownHandler;
import java.net.InetSocketAddress;

/** An HTTP server on one address. Thread-safe. */
public final class HttpServer implements AutoCloseable {
    private static final int IO_THREADS = 1;
    private static final int WORKER_THREADS = 8;
    private static final long MAX_ENTITY_BYTES = 1 << 20;
    private static final int REQUEST_LIMIT_MILLIS = 30_000;
    private static final int IDLE_LIMIT_MILLIS = 120_000;

    private final Undertow undertow;
    private final GracefulShutdownHandler shutdown;
    private final InetSocketAddress address;

    private HttpServer(Undertow undertow, GracefulShutdownHandler shutdown) {
        this.undertow = undertow;
        this.shutdown = shutdown;
        this.address = (InetSocketAddress) undertow.getListenerInfo().get(0).getAddress();
    }

    /**
     * Listens for anybody.
     *
     * @param bind where; port 0: any free one
     * @throws HttpBindException if it cannot be had
     */
    public static HttpServer start(InetSocketAddress bind, HttpHandler handler) {
        return start(bind, handler, new ListenerBuilder().setType(Undertow.ListenerType.HTTP));
    }

    /**
     * Listens for nodes alone: nobody else gets as far as a request.
     *
     * @param bind where; port 0: any free one
     * @param self this node's name in its log, which tells who was refused and why
     * @throws HttpBindException if it cannot be had
     */
    public static HttpServer start(InetSocketAddress bind, NodeTls tls, String self, HttpHandler handler) {
        ListenerBuilder listener = new ListenerBuilder()
                .setType(Undertow.ListenerType.HTTPS)
                .setSslContext(WatchedContext.of(tls, self)); // whose engines ask for certificates
        return start(bind, handler, listener);
    }

    private static HttpServer start(InetSocketAddress bind, HttpHandler handler, ListenerBuilder listener) {
        GracefulShutdownHandler shutdown = new GracefulShutdownHandler(new ErrorHandler(handler));
        String host = bind.isUnresolved()
                ? bind.getHostString() // fails below, naming it
                : bind.getAddress().getHostAddress();
        Undertow undertow = Undertow.builder()
                .addListener(listener.setHost(host).setPort(bind.getPort()))
                .setIoThreads(IO_THREADS)
                .setWorkerThreads(WORKER_THREADS)
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, MAX_ENTITY_BYTES)
                .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, REQUEST_LIMIT_MILLIS)
                .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, IDLE_LIMIT_MILLIS)
                .setHandler(shutdown)
                .build();
        try {
            undertow.start();
        } catch (RuntimeException e) {
            throw new HttpBindException(
                    "cannot listen on " + bind.getHostString() + ":" + bind.getPort() + ": " + rootMessage(e), e);
        }
        return new HttpServer(undertow, shutdown);
    }

    private static String rootMessage(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return address;
    }

    /** Refuses new requests and ends those under way. */
    @Override
    public void close() {
        shutdown.shutdown();
        undertow.stop();
    }
}
