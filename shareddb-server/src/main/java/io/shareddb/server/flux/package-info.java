/** What is asked of FluxOS, the platform of the Flux network. */
@NullMarked
package io.shareddb.server.flux;

import org.jspecify.annotations.NullMarked;
