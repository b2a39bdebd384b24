package io.shareddb.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Payloads recorded from real servers and clients: hexadecimal text with a comment behind '#' on each line; an empty line
 * is between two payloads.
 */
public final class Golden {
    private Golden() {}

    /** The one payload of {@code golden/name.hex}; unpooled, needs no release. */
    public static ByteBuf payload(String name) {
        return payloads(name).get(0);
    }

    /** All payloads of {@code golden/name.hex}; unpooled, need no release. */
    public static List<ByteBuf> payloads(String name) {
        String text;
        try (InputStream in =
                Objects.requireNonNull(Golden.class.getResourceAsStream("golden/" + name + ".hex"), name)) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Arrays.stream(text.replaceAll("(?m)^#.*\n", "").split("\n\n", -1))
                .map(Golden::hex)
                .toList();
    }

    /** Bytes from hexadecimal text with spaces, line ends and comments; unpooled, need no release. */
    public static ByteBuf hex(String text) {
        return Unpooled.wrappedBuffer(
                ByteBufUtil.decodeHexDump(text.replaceAll("#[^\n]*", "").replaceAll("\\s", "")));
    }

    /** Every way to cut {@code payload} short. */
    public static List<ByteBuf> cuts(ByteBuf payload) {
        List<ByteBuf> cuts = new ArrayList<>();
        for (int length = 0; length < payload.readableBytes(); length++) {
            cuts.add(payload.copy(payload.readerIndex(), length));
        }
        return cuts;
    }
}
