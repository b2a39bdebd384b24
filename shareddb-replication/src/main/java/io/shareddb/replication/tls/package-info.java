/**
 * Who is a node of this cluster, proved by certificates. Start at {@link io.shareddb.replication.tls.NodeTls}; certificates are made by
 * {@link io.shareddb.replication.tls.CertificateMaker}, and files that others made are read by
 * {@link io.shareddb.replication.tls.PemFiles}.
 */
@NullMarked
package io.shareddb.replication.tls;

import org.jspecify.annotations.NullMarked;
