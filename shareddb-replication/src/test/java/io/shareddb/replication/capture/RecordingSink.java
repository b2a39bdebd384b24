package io.shareddb.replication.capture;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.shareddb.protocol.binlog.EventHeader;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Writes down what a decoder finds: {@code type[!]:hex} for each event. */
final class RecordingSink implements EventSink {
    final List<String> events = new ArrayList<>();
    final List<byte[]> contents = new ArrayList<>();
    private final ByteArrayOutputStream current = new ByteArrayOutputStream();
    private String open = "";

    @Override
    public void begin(EventHeader header, ByteBuf visible, boolean acknowledge) {
        open = Integer.toHexString(header.type()) + (acknowledge ? "!" : "");
        current.reset();
    }

    @Override
    public void bytes(ByteBuf piece) {
        current.writeBytes(ByteBufUtil.getBytes(piece));
    }

    @Override
    public void end() {
        events.add(open);
        contents.add(current.toByteArray());
    }
}
