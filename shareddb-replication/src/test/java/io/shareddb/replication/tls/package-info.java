@NullMarked
package io.shareddb.replication.tls;

import org.jspecify.annotations.NullMarked;
