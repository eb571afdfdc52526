# Featherwire's images: `app` runs every command but training, `trainer` runs them all, `gpu` is `app` on CUDA.
#
#   docker build --target app -t featherwire .
#   docker build --target gpu -t featherwire-gpu --build-arg MAVEN_ARGS=-Pgpu .
#
# The base images are arguments, so that others can take their place. DIST=prebuilt takes the distribution from
# cli/target/featherwire, where ./featherwire or `mvn package` left it, instead of building it from source: then BUILD_IMAGE
# needs no Maven.
ARG BUILD_IMAGE=maven:3.9.11-eclipse-temurin-17
ARG RUNTIME_IMAGE=eclipse-temurin:17-jre
ARG CUDA_IMAGE=nvidia/cuda:12.6.3-cudnn-runtime-ubuntu22.04

FROM ${BUILD_IMAGE} AS build
ARG DIST=source
# Maven reads these by itself.
ARG MAVEN_ARGS=
WORKDIR /src
COPY . .
RUN if [ "$DIST" = prebuilt ]; then ls cli/target/featherwire/lib >/dev/null; \
    else mvn -q -B -ntp -DskipTests -Dspotless.check.skip=true -pl cli -am package; fi \
 && mkdir -p /dist/app/bin /dist/trainer/lib \
 && cp -r cli/target/featherwire/lib /dist/app/lib \
 && mv /dist/app/lib/pytorch-native-*.jar /dist/trainer/lib/ \
 && cp featherwire docker/healthy docker/make-bundle /dist/app/bin/ \
 && chmod 755 /dist/app/bin/*

FROM ${RUNTIME_IMAGE} AS app
LABEL org.opencontainers.image.title="Featherwire" \
      org.opencontainers.image.licenses="Apache-2.0"
# Where volumes are mounted; a new volume takes its owner from here.
RUN mkdir -p /bundles /var/lib/featherwire /var/cache/featherwire \
 && chown 10001:10001 /bundles /var/lib/featherwire /var/cache/featherwire
COPY --from=build /dist/app /opt/featherwire
# Native libraries are unpacked into the temporary directory: mount /tmp as a tmpfs with exec where the root is read-only.
ENV FEATHERWIRE_JAVA_OPTS="-XX:MaxRAMPercentage=50 -XX:+ExitOnOutOfMemoryError" \
    FEATHERWIRE_HTTP_HOST=0.0.0.0 \
    FEATHERWIRE_STATE_DIR=/var/lib/featherwire \
    FEATHERWIRE_CACHE=/var/cache/featherwire \
    PATH=/opt/featherwire/bin:$PATH
# An archive of the streams' classes: with it they start in about half the processor time. It lies on top of the JVM's own, which
# a runtime made by jlink lacks.
RUN { [ -f "$JAVA_HOME/lib/server/classes.jsa" ] || java -Xshare:dump >/dev/null; } && featherwire prime
USER 10001:10001
WORKDIR /tmp
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/featherwire/bin/featherwire"]
CMD ["--help"]

FROM app AS trainer
COPY --from=build /dist/trainer/lib /opt/featherwire/lib

FROM ${RUNTIME_IMAGE} AS jre

FROM ${CUDA_IMAGE} AS gpu
COPY --from=jre /opt/java/openjdk /opt/java/openjdk
COPY --from=app --chown=10001:10001 /bundles /bundles
COPY --from=app --chown=10001:10001 /var/lib/featherwire /var/lib/featherwire
COPY --from=build /dist/app /opt/featherwire
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
