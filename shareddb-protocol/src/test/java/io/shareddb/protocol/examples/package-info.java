/** What the codec looks like in use: a small server and a small client. The README quotes them. */
@NullMarked
package io.shareddb.protocol.examples;

import org.jspecify.annotations.NullMarked;
