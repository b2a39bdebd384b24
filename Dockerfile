# One node of three, on a machine of its own:
#   docker build -t shareddb .
#   docker run --name node1 -p 3307:3307 -p 7071:7071 -p 7072:7072 -e DB_INIT_PASS=... -e NODE_NAME=node1 -e ADVERTISE_HOST=10.0.0.1 \
#       -e PEERS=10.0.0.1,10.0.0.2,10.0.0.3 -e WHITELIST=10.0.0.0/8 -v data:/data shareddb
#   docker exec node1 java -jar /app/shareddb-server.jar status
# With -p 8008:8008 probes and metrics answer other machines, and nothing else does.
FROM debian:bookworm-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends openjdk-17-jdk-headless maven
WORKDIR /build
COPY . .
RUN mvn -q -B -Pfast -pl shareddb-server -am package -Dmaven.test.skip=true

FROM debian:bookworm-slim
# The JRE, and what MariaDB's binaries need beyond the base image.
RUN apt-get update \
    && apt-get install -y --no-install-recommends openjdk-17-jre-headless libaio1 libncurses6 libnuma1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 7071 --home-dir /data shareddb \
    && install -d -o shareddb -g shareddb /data /engine-cache
COPY --from=build /build/shareddb-server/target/shareddb-server.jar /build/shareddb-server/target/operator.jvm /app/
COPY --from=build /build/shareddb-server/target/lib /app/lib
COPY --from=build /build/shareddb-server/target/engines /app/engines
USER shareddb
ENV DATA_DIR=/data BIND_ADDRESS=0.0.0.0 ENGINE_CACHE=/engine-cache
EXPOSE 3307 7071 7072 8008
VOLUME /data
STOPSIGNAL SIGTERM
ENTRYPOINT ["java", "@/app/operator.jvm", "-jar", "/app/shareddb-server.jar"]
CMD ["server"]
