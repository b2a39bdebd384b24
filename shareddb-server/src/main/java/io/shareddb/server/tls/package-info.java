/**
 * TLS with clients: which certificate they see, and files of it that change while the node runs. Start at
 * {@link io.shareddb.server.tls.ClientCertificate}.
 */
@NullMarked
package io.shareddb.server.tls;

import org.jspecify.annotations.NullMarked;
