#!/bin/sh
# The replicated log alone: three processes on loopback, entries of 1 KB, fdatasync on every node before it counts, against the bare
# cost of a quorum in the same run. Usage: bench/log.sh [seconds per measurement, 10] [entry bytes, 1024] [tls or plain, tls]
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-10}
bytes=${2:-1024}
mode=${3:-tls}
first_port=${LOG_BENCH_PORT:-21150}
work=${LOG_BENCH_DIR:-shareddb-replication/target/bench-log}

mvn -B -q -Pfast -pl shareddb-replication -am test-compile dependency:build-classpath \
    -Dmdep.outputFile=target/test.classpath -Dmdep.includeScope=test
classpath="shareddb-replication/target/test-classes:shareddb-replication/target/classes:$(cat shareddb-replication/target/test.classpath)"

rm -rf "$work" 2>/dev/null || true
mkdir -p "$work"
followers=""
trap 'for pid in $followers; do kill "$pid" 2>/dev/null || true; done' EXIT INT TERM
run() {
    exec java -Xms256m -Xmx256m -XX:+UseSerialGC -Dshareddb.tests.level=${LOG_BENCH_LEVEL:-WARN} -cp "$classpath" \
        io.shareddb.replication.log.bench.LogBenchmark "$1" "$work/n$1" "$first_port" "$seconds" "$bytes" "$mode"
}
for node in 2 3; do
    (run "$node") >"$work/n$node.out" 2>&1 &
    followers="$followers $!"
done
uptime
(run 1)
rm -rf "$work" 2>/dev/null || true
