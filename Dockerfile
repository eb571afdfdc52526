# Featherwire's images: `app` has the commands for production, `trainer` has all commands, including training and demo, and `gpu`
# is `app` with CUDA.
#
#   docker build --target app -t featherwire .
#   docker build --target gpu -t featherwire-gpu --build-arg MAVEN_ARGS=-Pgpu .
#
# The base images are arguments and can be replaced. DIST=prebuilt copies the distributions that `mvn package` has made in
# distribution/target/featherwire-streams and cli/target/featherwire, instead of building them from source; BUILD_IMAGE then needs
# no Maven.
ARG BUILD_IMAGE=maven:3.9.11-eclipse-temurin-17
ARG RUNTIME_IMAGE=eclipse-temurin:17-jre
ARG CUDA_IMAGE=nvidia/cuda:12.6.3-cudnn-runtime-ubuntu22.04

FROM ${BUILD_IMAGE} AS build
ARG DIST=source
# Maven reads this variable itself.
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
# Mount points of volumes; a new volume gets its owner from the directory in the image.
RUN mkdir -p /bundles /var/lib/featherwire /var/cache/featherwire \
 && chown 10001:10001 /bundles /var/lib/featherwire /var/cache/featherwire
# The JVM's archive of its own classes, on which the streams' archive is based; a runtime made by jlink does not have it.
RUN [ -f "$JAVA_HOME/lib/server/classes.jsa" ] || java -Xshare:dump >/dev/null
# Native libraries are unpacked to the temporary directory: with a read-only root, mount /tmp as a tmpfs with exec.
ENV FEATHERWIRE_JAVA_OPTS="-XX:MaxRAMPercentage=50 -XX:+ExitOnOutOfMemoryError" \
    FEATHERWIRE_HTTP_HOST=0.0.0.0 \
    FEATHERWIRE_STATE_DIR=/var/lib/featherwire \
    FEATHERWIRE_CACHE=/var/cache/featherwire \
    PATH=/opt/featherwire/bin:$PATH
WORKDIR /tmp
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/featherwire/bin/featherwire"]
CMD ["--help"]

# A class-data-sharing archive of the streams, which halves their CPU time at the start. The full distribution writes it, since it
# has a broker against which the streams can run.
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
 || { echo "not built for CUDA: pass --build-arg MAVEN_ARGS=-Pgpu, and build a prebuilt distribution with the Maven profile gpu" >&2; exit 1; }
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
