#!/bin/sh
# Breaks a cluster of real processes for as long as one likes and checks what its clients were told.
# Usage: bench/chaos.sh [--seed N] [--duration 30m] [--faults a,b,…] [--without a,b,…] [--engine-binary PATH]; --help tells the rest.
set -eu
cd "$(dirname "$0")/.."
mvn -B -q -Pfast -pl shareddb-server -am package dependency:build-classpath \
    -Dmdep.outputFile=target/test.classpath -Dmdep.includeScope=test
cd shareddb-server
exec java -Xmx512m -XX:+UseSerialGC -cp "target/test-classes:target/classes:$(cat target/test.classpath)" \
    io.shareddb.server.chaos.Chaos "$@"
