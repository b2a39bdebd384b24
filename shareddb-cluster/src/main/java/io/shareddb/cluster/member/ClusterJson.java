package io.shareddb.cluster.member;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.shareddb.replication.log.NodeId;
import java.io.IOException;

/** The JSON of this project's records: on disk, between nodes and to people. Thread-safe. */
public final class ClusterJson {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new SimpleModule()
                    .addSerializer(NodeId.class, new NodeIdSerializer())
                    .addDeserializer(NodeId.class, new NodeIdDeserializer()))
            .defaultPropertyInclusion(JsonInclude.Value.ALL_ALWAYS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES) // a newer node may say more
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private ClusterJson() {}

    /** Ids are plain strings, unknown fields are skipped, null is written. Not to be changed by callers. */
    public static ObjectMapper mapper() {
        return MAPPER;
    }

    private static final class NodeIdSerializer extends JsonSerializer<NodeId> {
        @Override
        public void serialize(NodeId id, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeString(id.value());
        }
    }

    private static final class NodeIdDeserializer extends JsonDeserializer<NodeId> {
        @Override
        public NodeId deserialize(JsonParser in, DeserializationContext context) throws IOException {
            return new NodeId(in.getValueAsString(""));
        }
    }
}
