# The sample processor in Java; a pattern for your own.
# Build from the root of the repository:  docker build -f deploy/docker/processor.Dockerfile -t sluice-processor:dev .

ARG BUILD_IMAGE=maven:3.9-eclipse-temurin-21
ARG RUNTIME_IMAGE=debian:12-slim

FROM ${BUILD_IMAGE} AS build
ARG MAVEN_FLAGS=""
WORKDIR /src
COPY . .
RUN mvn -B -q -Dquick ${MAVEN_FLAGS} -pl processors-sample/java -am package \
 && mkdir -p /out/lib \
 && cp processors-sample/java/target/sluice-sample-java-*.jar processors-sample/java/target/lib/*.jar /out/lib/
RUN jlink --output /out/java --strip-java-debug-attributes --no-header-files --no-man-pages --compress=2 \
    --add-modules java.base,java.logging,java.management,java.naming,java.sql,java.xml,jdk.crypto.ec,jdk.jfr,jdk.management,jdk.unsupported

FROM ${RUNTIME_IMAGE}
COPY --from=build /out/java /opt/java
COPY --from=build /out/lib /opt/processor/lib
USER 10001:10001
WORKDIR /tmp
EXPOSE 9000
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/java/bin/java", "-XX:+UseG1GC", "-XX:MaxRAMPercentage=60", "-XX:+ExitOnOutOfMemoryError", \
    "-cp", "/opt/processor/lib/*", "io.sluice.sample.QuakeTriage"]
CMD ["--port", "9000"]
