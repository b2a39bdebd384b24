@NullMarked
package io.shareddb.server.proxy;

import org.jspecify.annotations.NullMarked;
