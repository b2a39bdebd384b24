package io.shareddb.protocol.command;

import io.shareddb.protocol.wire.Bytes;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * A statement as the client sent it: bytes, since literals may be binary, and the character set of the rest.
 *
 * @param charset of the connection, see {@link io.shareddb.protocol.capability.Collation#charset}
 */
public record SqlText(Bytes bytes, Charset charset) {
    /** A statement in UTF-8. */
    public static SqlText of(String text) {
        return new SqlText(Bytes.utf8(text), StandardCharsets.UTF_8);
    }

    /** The statement as text; bytes that are none in the character set are replaced. */
    public String text() {
        return bytes.toString(charset);
    }
}
