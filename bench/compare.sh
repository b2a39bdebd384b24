#!/usr/bin/env bash
# Compares a plain engine, the same engine behind HAProxy, and a three-node cluster through its leader and a follower, all in
# one run, in rounds of one cell right after the other, and prints medians and ratios to the plain engine of the same round.
#
#   bench/compare.sh [--rounds 3] [--seconds 5] [--warm-up 20] [--threads "1 16 64"] [--workloads "point_select read_write insert"] [--engine-binary PATH]
#                    [--targets "plain leader"]
#
# A further workload, connect, is clients that connect for each row that they read. A further target, semisync (MariaDB only), is what the
# engine offers itself: a durable source whose commits wait for one of two replicas (semi-sync, AFTER_SYNC).
#
# Needs sysbench and a mariadb client (and haproxy for its column) from your distribution. The plain engine is the same binary as the
# cluster's, MariaDB or MySQL, durable (sync_binlog=1, innodb_flush_log_at_trx_commit=1), binlog on, row format, GTIDs, no performance
# schema. Read the ratios, not the rates: they hold for a quiet machine only, and with three engines, three operators and sysbench on few
# cores everybody shares them.
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=3 seconds=5 warm_up=20 threads="1 16 64" workloads="point_select read_write insert" engine=() only=
while [ $# -gt 0 ]; do
  case "$1" in
    --rounds) rounds=$2 ;;
    --seconds) seconds=$2 ;;
    --warm-up) warm_up=$2 ;;
    --threads) threads=$2 ;;
    --workloads) workloads=$2 ;;
    --targets) only=$2 ;;
    --engine-binary) engine=(--engine-binary "$2") ;;
    *) sed -n '2,15p' "$0" >&2; exit 2 ;;
  esac
  shift 2
done
command -v sysbench >/dev/null || { echo "compare: sysbench is not installed (Debian: apt-get install sysbench)" >&2; exit 1; }

dir=$(mktemp -d "${TMPDIR:-/tmp}/shareddb-bench.XXXXXX")
base=${BENCH_PORT:-23300} # plain engine, then HAProxy, then the cluster's
plain_port=$base haproxy_port=$((base + 1)) semisync_port=$((base + 2)) mysql_port=$((base + 10)) ui_port=$((base + 20)) api_port=$((base + 30))
pids=()
cleanup() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$dir"
}
trap cleanup EXIT

wait_port() { # port, seconds, what
  for _ in $(seq $(($2 * 10))); do (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return; sleep 0.1; done
  echo "compare: $3 did not open port $1 in $2 s" >&2
  tail -n 5 "$dir"/*.log >&2
  exit 1
}

echo "starting a cluster of three nodes" >&2
./shareddb up --dir "$dir/cluster" --mysql-port "$mysql_port" --ui-port "$ui_port" --api-port "$api_port" \
  --password bench "${engine[@]}" >"$dir/up.log" 2>&1 &
pids+=($!)
for _ in $(seq 600); do
  curl -fsS "http://127.0.0.1:$ui_port/v1/cluster" >"$dir/cluster.json" 2>/dev/null && grep -q '"LEADING"' "$dir/cluster.json" && break
  kill -0 "${pids[0]}" 2>/dev/null || { cat "$dir/up.log" >&2; exit 1; }
  sleep 0.2
done
port_of_role() { # state: port of the first node in it
  python3 - "$dir/cluster.json" "$1" <<'PY'
import json, sys
nodes = json.load(open(sys.argv[1]))["nodes"]
print(next(n["mysql"].rsplit(":", 1)[1] for n in nodes if n["state"] == sys.argv[2]))
PY
}
for _ in $(seq 600); do
  curl -fsS "http://127.0.0.1:$ui_port/v1/cluster" >"$dir/cluster.json" &&
    [ "$(grep -o '"FOLLOWING"' "$dir/cluster.json" | wc -l)" -ge 2 ] && break
  sleep 0.2
done
leader_port=$(port_of_role LEADING) follower_port=$(port_of_role FOLLOWING)

# The plain engine, and the three that replicate natively: the cluster's own binary on fresh data, durable, with binlog, and otherwise as
# the cluster's engines are started.
binary=${engine[1]:-$(readlink "/proc/$(cat "$dir/cluster/node1/engine.pid")/exe")}
cat >"$dir/init.sql" <<'SQL'
CREATE USER IF NOT EXISTS bench@'%' IDENTIFIED BY 'bench';
GRANT ALL ON *.* TO bench@'%';
CREATE DATABASE IF NOT EXISTS sbtest;
SQL
options_of() { # name, port, number: sets options
  options=(--no-defaults)
  if head -c 2 "$binary" | grep -q '#!' && grep -q -e --no-defaults "$binary"; then options=(); fi # a script that says so itself
  options+=(--user="$(id -un)" --datadir="$dir/$1")
  running=(--port="$2" --bind-address=127.0.0.1 --socket="$dir/$1.sock" --skip-name-resolve --server-id="$3" --log-bin="$1"
    --binlog-format=ROW --sync-binlog=1 --innodb-flush-log-at-trx-commit=1 --innodb-buffer-pool-size=128M --performance-schema=OFF
    --max-connections=600)
}
start_mariadb() { # name, port, number, further options
  local name=$1 basedir tables
  options_of "$@"
  shift 3
  basedir=$(dirname "$(dirname "$(readlink -f "$binary")")")
  for tables in "$basedir/share" "$basedir/share/mysql" "$basedir/share/mariadb" ''; do
    if [ -f "$tables/mariadb_system_tables.sql" ] || [ -f "$tables/mysql_system_tables.sql" ]; then break; fi
  done
  [ -n "$tables" ] || { echo "compare: no mariadb_system_tables.sql beside $binary" >&2; exit 1; }
  options+=(--basedir="$basedir" --lc-messages-dir="$tables")
  mkdir "$dir/$name"
  {
    printf '%s\n' 'CREATE DATABASE mysql;' 'USE mysql;'
    for part in system_tables performance_tables system_tables_data; do
      cat "$tables/mariadb_$part.sql" 2>/dev/null || cat "$tables/mysql_$part.sql"
    done
  } | "$binary" "${options[@]}" --bootstrap >"$dir/install.log" 2>&1 || { cat "$dir/install.log" >&2; exit 1; }
  "$binary" "${options[@]}" "${running[@]}" --skip-ssl "$@" >"$dir/$name.log" 2>&1 &
}
start_mysql() { # name, port, number, further options
  local name=$1
  options_of "$@"
  shift 3
  "$binary" "${options[@]}" --initialize-insecure --skip-log-bin --auto-generate-certs=OFF >"$dir/install.log" 2>&1 ||
    { cat "$dir/install.log" >&2; exit 1; }
  "$binary" "${options[@]}" "${running[@]}" --gtid-mode=ON --enforce-gtid-consistency=ON --mysqlx=OFF --tls-version= \
    --secure-file-priv= --auto-generate-certs=OFF "$@" >"$dir/$name.log" 2>&1 &
}
start_engine() { # name, port, number, further options
  "start_$family" "$@"
  pids+=($!)
  wait_port "$2" 60 "the engine $1"
}
version=$("$binary" --version)
case "$version" in *MariaDB*) family=mariadb ;; *) family=mysql ;; esac
echo "starting a plain engine: $version" >&2
start_engine plain "$plain_port" 1 --init-file="$dir/init.sql"

start_semisync() { # a source and two replicas, each durable as the source is while it may become one
  [ $family = mariadb ] || { echo "compare: the target semisync is for MariaDB alone" >&2; exit 2; }
  start_engine source "$semisync_port" 1 --init-file="$dir/init.sql" --rpl-semi-sync-master-enabled=1 \
    --rpl-semi-sync-master-timeout=18446744073709551615 --rpl-semi-sync-master-wait-no-slave=0
  for number in 2 3; do
    start_engine "replica$number" $((semisync_port + number)) "$number" --rpl-semi-sync-slave-enabled=1 --slave-parallel-threads=8 --slave-parallel-mode=optimistic
    mariadb --no-defaults --socket="$dir/replica$number.sock" -u root -e "CHANGE MASTER TO master_host='127.0.0.1', \
      master_port=$semisync_port, master_user='bench', master_password='bench', master_use_gtid=slave_pos, master_ssl=0; START SLAVE"
  done
  for _ in $(seq 100); do
    mariadb --no-defaults --socket="$dir/source.sock" -u root -e "SHOW STATUS LIKE 'Rpl_semi_sync_master_clients'" | grep -qw 2 && return
    sleep 0.1
  done
  mariadb --no-defaults --socket="$dir/replica2.sock" -u root -e 'SHOW SLAVE STATUS\G' | grep -i error >&2
  exit 1
}
case " $only " in *" semisync "*) echo "starting three engines that replicate natively" >&2 && start_semisync ;; esac

targets="plain"
if command -v haproxy >/dev/null; then
  cat >"$dir/haproxy.cfg" <<CFG
global
  nbthread 1
  maxconn 2000
defaults
  mode tcp
  timeout connect 5s
  timeout client 1m
  timeout server 1m
listen mysql
  bind 127.0.0.1:$haproxy_port
  server engine 127.0.0.1:$plain_port
CFG
  haproxy -f "$dir/haproxy.cfg" -db >"$dir/haproxy.log" 2>&1 &
  pids+=($!)
  wait_port "$haproxy_port" 10 HAProxy
  targets="$targets haproxy"
else
  echo "compare: haproxy is not installed, its column is left out" >&2
fi
targets="$targets leader follower"
targets=${only:-$targets}

run() { # target, workload, threads, command, seconds
  local port user=root
  case "$1" in
    plain) port=$plain_port user=bench ;;
    haproxy) port=$haproxy_port user=bench ;;
    semisync) port=$semisync_port user=bench ;;
    leader) port=$leader_port ;;
    follower) port=$follower_port ;;
  esac
  local script=oltp_$2 tables=(--tables=4 --table-size=20000 --db-ps-mode=disable --rand-type=uniform)
  [ "$2" = connect ] && script=bench/connect.lua tables=()
  sysbench "$script" --db-driver=mysql --mysql-host=127.0.0.1 --mysql-port="$port" --mysql-user="$user" \
    --mysql-password=bench --mysql-db=sbtest "${tables[@]}" \
    --threads="$3" --time="$5" --report-interval=0 --percentile=50 "$4"
}
settle() { # until nobody works off what an earlier target left behind: replicas that are late would take the next one's processors
  python3 - <<'PY'
import time
def busy():
    with open("/proc/stat") as file:
        times = [int(time) for time in file.readline().split()[1:9]]
    return sum(times) - times[3] - times[4], sum(times)
for _ in range(120):
    before = busy()
    time.sleep(0.5)
    after = busy()
    if after[0] - before[0] < 0.15 * (after[1] - before[1]):
        break
PY
}
echo "loading tables" >&2
mariadb --no-defaults --protocol=tcp -h 127.0.0.1 -P "$leader_port" -u root -pbench -e 'CREATE DATABASE sbtest'
run plain insert 1 prepare 1 >"$dir/prepare.log"
run leader insert 1 prepare 1 >>"$dir/prepare.log"
case " $only " in *" semisync "*) run semisync insert 1 prepare 1 >>"$dir/prepare.log" ;; esac

echo "warming up: $warm_up s on each target" >&2 # operators compile what they run often
for target in $targets; do
  for workload in $workloads; do
    run "$target" "$workload" 16 run "$((warm_up / $(wc -w <<<"$workloads") + 1))" >>"$dir/warm.log" 2>&1 || true
  done
done

echo "| workload | connections | measure | ${targets// / | } |"
echo "|---|--:|---|$(for _ in $targets; do printf -- '--:|'; done)"
for workload in $workloads; do
  for count in $threads; do
    : >"$dir/cell"
    for round in $(seq "$rounds"); do
      for target in $targets; do
        settle
        run "$target" "$workload" "$count" run 1 >>"$dir/warm.log" 2>&1 || true
        run "$target" "$workload" "$count" run "$seconds" |
          awk -v t="$target" -v r="$round" '/transactions:/ {gsub(/\(/, "", $3); rate = $3} /avg:/ {mean = $2} /percentile:/ {half = $3} END {print r, t, rate, mean, half}' >>"$dir/cell"
      done
    done
    python3 - "$dir/cell" "$workload" "$count" $targets <<'PY'
import statistics, sys
cells = {}
for line in open(sys.argv[1]):
    at, target, *figures = line.split()
    cells[at, target] = [float(figure) for figure in figures]
rounds, targets = sorted({at for at, _ in cells}), sys.argv[4:]
median = lambda values: statistics.median(list(values))
rates = ["%.0f (%.2f)" % (median(cells[r, t][0] for r in rounds), median(cells[r, t][0] / cells[r, "plain"][0] for r in rounds)) for t in targets]
times = ["%.2f, %.2f" % tuple(median(cells[r, t][i] for r in rounds) for i in (1, 2)) for t in targets]
print("| %s | %s | transactions/s (ratio) | %s |" % (sys.argv[2], sys.argv[3], " | ".join(rates)))
print("| | | mean, median ms | %s |" % " | ".join(times))
PY
  done
done
echo
echo "Stages of a commit on the leader since it started, microseconds:"
leader_ui=$((ui_port + leader_port - mysql_port))
curl -fsS "http://127.0.0.1:$leader_ui/v1/timings" | python3 -c '
import json, sys
for stage, f in json.load(sys.stdin).items():
    print("%-24s count %8d  p50 %7d  p90 %7d  p99 %7d  max %8d" % (stage, f["count"], f["p50"], f["p90"], f["p99"], f["max"]))'
echo
uptime
