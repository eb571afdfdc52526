# Featherwire's images: `app` runs what production needs, `trainer` runs every command, training and the demo included, `gpu` is
# `app` on CUDA.
#
#   docker build --target app -t featherwire .
#   docker build --target gpu -t featherwire-gpu --build-arg MAVEN_ARGS=-Pgpu .
#
# The base images are arguments, so that others can take their place. DIST=prebuilt takes the distributions from
# distribution/target/featherwire-streams and cli/target/featherwire, where `mvn package` left them, instead of building them from
# source: then BUILD_IMAGE needs no Maven.
ARG BUILD_IMAGE=maven:3.9.11-eclipse-temurin-17
ARG RUNTIME_IMAGE=eclipse-temurin:17-jre
ARG CUDA_IMAGE=nvidia/cuda:12.6.3-cudnn-runtime-ubuntu22.04

FROM ${BUILD_IMAGE} AS build
ARG DIST=source
# Maven reads these by itself.
ARG MAVEN_ARGS=
WORKDIR /src
COPY . .
RUN if [ "$DIST" = prebuilt ]; then ls distribution/target/featherwire-streams/lib cli/target/featherwire/lib >/dev/null; \
    else mvn -q -B -ntp -DskipTests -Dspotless.check.skip=true -pl distribution -am package; fi \
 && mkdir -p /dist/streams/bin /dist/full/bin \
 && cp -r distribution/target/featherwire-streams/lib /dist/streams/lib \
 && cp -r cli/target/featherwire/lib /dist/full/lib \
 && cp featherwire docker/healthy /dist/streams/bin/ \
 && cp featherwire docker/healthy docker/make-bundle /dist/full/bin/ \
 && chmod 755 /dist/*/bin/*

FROM ${RUNTIME_IMAGE} AS base
LABEL org.opencontainers.image.title="Featherwire" \
      org.opencontainers.image.licenses="Apache-2.0"
# Where volumes are mounted; a new volume takes its owner from here.
RUN mkdir -p /bundles /var/lib/featherwire /var/cache/featherwire \
 && chown 10001:10001 /bundles /var/lib/featherwire /var/cache/featherwire
# The JVM's archive of its own classes, on which the streams' archive lies; a runtime made by jlink lacks it.
RUN [ -f "$JAVA_HOME/lib/server/classes.jsa" ] || java -Xshare:dump >/dev/null
# Native libraries are unpacked into the temporary directory: mount /tmp as a tmpfs with exec where the root is read-only.
ENV FEATHERWIRE_JAVA_OPTS="-XX:MaxRAMPercentage=50 -XX:+ExitOnOutOfMemoryError" \
    FEATHERWIRE_HTTP_HOST=0.0.0.0 \
    FEATHERWIRE_STATE_DIR=/var/lib/featherwire \
    FEATHERWIRE_CACHE=/var/cache/featherwire \
    PATH=/opt/featherwire/bin:$PATH
WORKDIR /tmp
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/featherwire/bin/featherwire"]
CMD ["--help"]

# An archive of the streams' classes: with it they start in about half the processor time. The full distribution writes it, since
# it has a broker to run the streams against.
FROM base AS archive
COPY --from=build /dist/streams /opt/featherwire
COPY --from=build /dist/full /opt/full
RUN FEATHERWIRE_JAVA_OPTS= /opt/full/bin/featherwire cds --streams /opt/featherwire

FROM base AS app
COPY --from=build /dist/streams /opt/featherwire
COPY --from=archive /opt/featherwire/archive /opt/featherwire/archive
USER 10001:10001

FROM base AS trainer
COPY --from=build /dist/full /opt/featherwire
USER 10001:10001

FROM ${RUNTIME_IMAGE} AS jre

FROM ${CUDA_IMAGE} AS gpu
COPY --from=jre /opt/java/openjdk /opt/java/openjdk
COPY --from=app --chown=10001:10001 /bundles /bundles
COPY --from=app --chown=10001:10001 /var/lib/featherwire /var/lib/featherwire
COPY --from=build /dist/streams /opt/featherwire
RUN ls /opt/featherwire/lib/onnxruntime_gpu-*.jar \
 || { echo "not built for CUDA: needs --build-arg MAVEN_ARGS=-Pgpu, and a prebuilt distribution the Maven profile gpu" >&2; exit 1; }
ENV JAVA_HOME=/opt/java/openjdk \
    FEATHERWIRE_JAVA_OPTS="-XX:MaxRAMPercentage=50 -XX:+ExitOnOutOfMemoryError" \
    FEATHERWIRE_HTTP_HOST=0.0.0.0 \
    FEATHERWIRE_STATE_DIR=/var/lib/featherwire \
    PATH=/opt/featherwire/bin:/opt/java/openjdk/bin:$PATH
USER 10001:10001
WORKDIR /tmp
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/featherwire/bin/featherwire"]
CMD ["--help"]
