package io.shareddb.api.http;

import io.shareddb.replication.tls.NodeTls;
import io.shareddb.replication.tls.RefusalLog;
import java.security.KeyManagementException;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the engines of a server for nodes alone, and says in the log who was refused and why. Thread-safe. */
final class WatchedContext extends SSLContext {
    private WatchedContext(NodeTls tls, String self) {
        super(new Spi(tls, self), tls.context().getProvider(), tls.context().getProtocol());
    }

    /** Of the node that its log calls {@code self}. */
    static SSLContext of(NodeTls tls, String self) {
        return new WatchedContext(tls, self);
    }

    private static final class Spi extends SSLContextSpi {
        private static final Logger log = LoggerFactory.getLogger(WatchedContext.class);

        private final NodeTls tls;
        private final String self;
        private final RefusalLog refusals = new RefusalLog(log, System::nanoTime);

        Spi(NodeTls tls, String self) {
            this.tls = tls;
            this.self = self;
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            return new WatchedEngine(
                    tls.server(),
                    host,
                    port,
                    failure -> tls.explain(failure).ifPresent(why -> refused(host, port, why)),
                    () -> refused(host, port, tls.refusesUs("it hung up")));
        }

        private void refused(String host, int port, String why) {
            refusals.refused(self, host, "a peer at " + host + ":" + port, why);
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            return engineCreateSSLEngine("", 0);
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return tls.context().getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return tls.context().getClientSessionContext();
        }

        @Override
        protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
                throws KeyManagementException {
            throw new KeyManagementException("it is set up already");
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            throw new UnsupportedOperationException("engines only");
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            throw new UnsupportedOperationException("engines only");
        }
    }
}
