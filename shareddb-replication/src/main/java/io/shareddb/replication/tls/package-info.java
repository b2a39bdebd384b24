/**
 * Certificates, and the mutual TLS that nodes speak with each other. Start at {@link io.shareddb.replication.tls.NodeTls}; for
 * certificates alone at {@link io.shareddb.replication.tls.CertificateMaker}.
 *
 * <p>An <em>authority</em> is a key pair that every node derives from the cluster's secret. Each node makes a key of its own at start
 * and lets the authority vouch for it. Whoever presents a certificate of the authority knows the secret.
 */
@NullMarked
package io.shareddb.replication.tls;

import org.jspecify.annotations.NullMarked;
