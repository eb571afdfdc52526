#!/usr/bin/env bash
# Starts all services, waits for frames, crashes each container once, and checks that no frame was lost or repeated. Then it stops
# the services and deletes their volumes. It needs Docker, docker compose (2, or docker-compose 1.29), root or sudo to crash
# containers, and python3 with confluent_kafka and avro to count frames.
#
#   docker/verify.sh [--seconds 60] [--keep]
#
# If a pinned image cannot be downloaded, the script replaces it and reports this: the Maven image by a distribution built on this
# machine, Prometheus by a local prom/prometheus:latest. Without its image Grafana is left out.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds=60 keep=
while [ $# -gt 0 ]; do
  case $1 in
    --seconds) seconds=$2; shift 2 ;;
    --keep) keep=1; shift ;;
    *) echo "usage: docker/verify.sh [--seconds N] [--keep]" >&2; exit 2 ;;
  esac
done

say() { printf '%s  %s\n' "$(date +%T)" "$*"; }
fail() {
  say "FAILED: $*"
  "${compose[@]}" ps || true
  "${compose[@]}" logs --tail 15 kafka registry topics trainer producer compressor-stream classifier-stream || true
  exit 1
}

if docker compose version >/dev/null 2>&1; then compose=(docker compose); else compose=(docker-compose); fi
python=${FEATHERWIRE_PYTHON:-python3}
"$python" -c 'import confluent_kafka, avro' || { echo "no python3 with confluent_kafka and avro; see clients/python" >&2; exit 2; }
export COMPOSE_PROJECT_NAME=${COMPOSE_PROJECT_NAME:-featherwire-verify}
export COMPOSE_HTTP_TIMEOUT=${COMPOSE_HTTP_TIMEOUT:-300}
export TRAINER_RECIPE=${TRAINER_RECIPE:-test}

# --- images ---------------------------------------------------------------------------------------------------------------
have() { docker image inspect "$1" >/dev/null 2>&1 || timeout 120 docker pull -q "$1" >/dev/null 2>&1; }
pinned() { sed -n "s/.*{$1:-\([^}]*\)}.*/\1/p" docker-compose.yml | head -n 1; }

services=(kafka registry topics trainer producer compressor-stream classifier-stream prometheus grafana)
if ! have "${BUILD_IMAGE:-$(pinned BUILD_IMAGE)}"; then
  say "no Maven image: building the distribution here (DIST=prebuilt)"
  ./featherwire --version
  export DIST=prebuilt BUILD_IMAGE=${RUNTIME_IMAGE:-$(pinned RUNTIME_IMAGE)}
fi
if ! have "${PROMETHEUS_IMAGE:-$(pinned PROMETHEUS_IMAGE)}"; then
  say "no $(pinned PROMETHEUS_IMAGE): using prom/prometheus:latest"
  export PROMETHEUS_IMAGE=prom/prometheus:latest
fi
if ! have "${GRAFANA_IMAGE:-$(pinned GRAFANA_IMAGE)}"; then
  say "no $(pinned GRAFANA_IMAGE): Grafana is NOT part of this run"
  services=("${services[@]/grafana/}")
fi

prometheus=${PROMETHEUS_IMAGE:-$(pinned PROMETHEUS_IMAGE)}
if docker run --rm --entrypoint promtool -v "$PWD/docker/prometheus:/etc/prometheus:ro" "$prometheus" --version >/dev/null 2>&1; then
  promtool=(docker run --rm --entrypoint promtool -v "$PWD/docker/prometheus:/etc/prometheus:ro" -w /etc/prometheus "$prometheus")
elif command -v promtool >/dev/null; then
  promtool=(env -C docker/prometheus promtool)
else
  promtool=()
  say "no promtool, neither in $prometheus nor here: the alerts are NOT tested"
fi
if [ ${#promtool[@]} -gt 0 ]; then
  say "testing the alerts"
  "${promtool[@]}" test rules alerts_test.yml
fi

# A JRE made from a Linux distribution's JDK uses the distribution's image libraries, which the runtime image may lack.
runtime=${RUNTIME_IMAGE:-$(pinned RUNTIME_IMAGE)}
lacking=$(docker run --rm --entrypoint sh "$runtime" -c 'ldd "$JAVA_HOME"/lib/libjavajpeg.so "$JAVA_HOME"/lib/liblcms.so' 2>/dev/null \
  | awk '/not found/ && /libjpeg|liblcms/ {print $1}' | sort -u)
if [ -n "$lacking" ]; then
  say "$runtime lacks" $lacking "(not the official image): adding them from this machine"
  context=$(mktemp -d)
  for library in $lacking; do cp -L "$(ldconfig -p | awk -v l="$library" '$1 == l {print $NF; exit}')" "$context/"; done
  printf 'FROM %s\nCOPY *.so.* /usr/lib/x86_64-linux-gnu/\n' "$runtime" >"$context/Dockerfile"
  docker build -q -t local/featherwire-runtime "$context" >/dev/null
  rm -rf "$context"
  [ "${BUILD_IMAGE:-}" != "$runtime" ] || export BUILD_IMAGE=local/featherwire-runtime
  export RUNTIME_IMAGE=local/featherwire-runtime
fi

# After a restart the official image recognises its formatted directory; the script of another image may fail on it.
kafka=${KAFKA_IMAGE:-$(pinned KAFKA_IMAGE)}
if ! docker run --rm --entrypoint bash "$kafka" -c 'cat /etc/kafka/docker/run /etc/kafka/docker/launch 2>/dev/null' | grep -q "already formatted"; then
  say "$kafka cannot be restarted (not the official image): mending its start script, adding kafka-cluster.sh"
  docker build -q -t local/featherwire-kafka - >/dev/null <<EOD
FROM $kafka
USER root
RUN sed -i '/KafkaDockerWrapper setup/s|\$| \|\| [ -f /var/lib/kafka/data/meta.properties ] # already formatted|' /etc/kafka/docker/run
RUN [ -e /opt/kafka/bin/kafka-cluster.sh ] || { sed 's/[A-Za-z.]*TopicCommand/org.apache.kafka.tools.ClusterTool/' \\
 /opt/kafka/bin/kafka-topics.sh >/opt/kafka/bin/kafka-cluster.sh; chmod 755 /opt/kafka/bin/kafka-cluster.sh; }
USER 1000
EOD
  export KAFKA_IMAGE=local/featherwire-kafka
fi

# --- up -------------------------------------------------------------------------------------------------------------------
container() { "${compose[@]}" ps -q "$1"; }
state() { docker inspect -f '{{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}}' "$(container "$1")"; }
await() { # SERVICE STATE SECONDS
  local end=$((SECONDS + $3))
  until [ "$(state "$1" 2>/dev/null)" = "$2" ]; do
    [ $SECONDS -lt $end ] || fail "$1 is $(state "$1" 2>/dev/null || echo missing) after $3 s, expected $2"
    sleep 2
  done
}
count() { PYTHONPATH=clients/python "$python" docker/count_frames.py "$@"; }
cleanup() { [ -n "$keep" ] || "${compose[@]}" down -v -t 20 >/dev/null 2>&1 || true; }
trap cleanup EXIT

say "building"
"${compose[@]}" build >/dev/null 2>&1 || "${compose[@]}" build || fail "the images cannot be built"
say "starting ${services[*]}"
# Unquoted, since the word is empty if a service was left out.
"${compose[@]}" up -d ${services[*]} || { sleep 60; "${compose[@]}" up -d ${services[*]}; }
await compressor-stream healthy 600
await classifier-stream healthy 300
say "all healthy; frames flow for $seconds s"
sleep "$seconds"
count --at-least 1

# --- crashes --------------------------------------------------------------------------------------------------------------
for service in producer compressor-stream classifier-stream registry prometheus kafka; do
  pid=$(docker inspect -f '{{.State.Pid}}' "$(container $service)")
  restarts=$(docker inspect -f '{{.RestartCount}}' "$(container $service)")
  say "kill -9 $service"
  if [ "$EUID" = 0 ]; then kill -9 "$pid"; else sudo kill -9 "$pid"; fi
  until [ "$(docker inspect -f '{{.RestartCount}}' "$(container $service)")" -gt "$restarts" ]; do sleep 1; done
  case $service in producer) await producer running 60 ;; *) await $service healthy 240 ;; esac
done
await compressor-stream healthy 240
await classifier-stream healthy 240
say "health is back after six crashes; frames flow for $seconds s more"
sleep "$seconds"

# --- hostile records ------------------------------------------------------------------------------------------------------
say "a foreign producer publishes what it should not"
PYTHONPATH=clients/python "$python" docker/publish_hostile.py --registry http://localhost:8080

# --- nothing lost -----------------------------------------------------------------------------------------------------------
say "stopping the producer, then counting"
"${compose[@]}" stop -t 40 producer >/dev/null 2>&1
count --all --wait 180 || fail "frames were lost or repeated"

curl -fsS http://127.0.0.1:8082/accuracy >/dev/null || fail "no accuracy at the classifier"
up=$(curl -fsS 'http://127.0.0.1:9090/api/v1/query?query=sum(up%7Bjob%3D%22featherwire%22%7D)')
case $up in *'"2"'*) say "Prometheus scrapes both streams" ;; *) fail "Prometheus scrapes: $up" ;; esac
PYTHONPATH=clients/python "$python" clients/python/subscribe.py --registry http://localhost:8080 --group "verify-$$" --count 3

say "SIGTERM to the streams"
"${compose[@]}" stop -t 30 compressor-stream classifier-stream >/dev/null 2>&1
for service in producer compressor-stream classifier-stream; do
  code=$(docker inspect -f '{{.State.ExitCode}}' "$("${compose[@]}" ps -a -q $service 2>/dev/null || container $service)")
  [ "$code" = 0 ] || fail "$service ended with $code on SIGTERM"
done
say "all well"
