/**
 * Certificates that nodes make for themselves. Start at {@link io.shareddb.replication.tls.CertificateMaker}; files that others made are
 * read by {@link io.shareddb.replication.tls.PemFiles}.
 */
@NullMarked
package io.shareddb.replication.tls;

import org.jspecify.annotations.NullMarked;
