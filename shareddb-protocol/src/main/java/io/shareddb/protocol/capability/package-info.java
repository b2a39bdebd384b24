/** Flags and collations as value types; every known flag has a line on what it means for us. */
@NullMarked
package io.shareddb.protocol.capability;

import org.jspecify.annotations.NullMarked;
