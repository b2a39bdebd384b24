/** Authentication methods, one class each, both sides: {@code mysql_native_password} and {@code caching_sha2_password}. */
@NullMarked
package io.shareddb.protocol.auth;

import org.jspecify.annotations.NullMarked;
