@NullMarked
package io.shareddb.server.tls;

import org.jspecify.annotations.NullMarked;
