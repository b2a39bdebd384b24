package io.shareddb.replication.segment;

import io.shareddb.replication.log.LogCorruptException;
import io.shareddb.replication.log.NodeId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Node ids as bytes: {@code int<1> length | ASCII}; a list of them: {@code int<2> count | ids}. */
final class Names {
    private Names() {}

    static void write(ByteBuffer out, NodeId id) {
        byte[] ascii = id.value().getBytes(StandardCharsets.US_ASCII);
        out.put((byte) ascii.length).put(ascii);
    }

    static NodeId read(ByteBuffer in) {
        byte[] ascii = new byte[in.get() & 0xff];
        in.get(ascii);
        try {
            return new NodeId(new String(ascii, StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            throw new LogCorruptException("not a node id", e);
        }
    }

    static void writeList(ByteBuffer out, List<NodeId> ids) {
        out.putShort((short) ids.size());
        ids.forEach(id -> write(out, id));
    }

    static List<NodeId> readList(ByteBuffer in) {
        int count = in.getShort() & 0xffff;
        List<NodeId> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(read(in));
        }
        return List.copyOf(ids);
    }
}
