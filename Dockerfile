# docker build -t kith .   The image contains the Debian package and its dependencies.
FROM debian:bookworm-slim AS build
WORKDIR /kith
COPY dev ./
COPY tools/machine.sh tools/packages.txt tools/
RUN ./dev install build package
COPY . .
# The commit that `kith version` shows: --build-arg KITH_COMMIT=$(git rev-parse --short=12 HEAD)
ARG KITH_COMMIT
RUN ./dev package /package

FROM debian:bookworm-slim
# A fixed user id, because the files in volumes keep it.
RUN groupadd --system --gid 990 kith \
 && useradd --system --uid 990 --gid kith --home-dir /var/lib/kith --shell /usr/sbin/nologin kith
RUN --mount=type=bind,from=build,source=/package,target=/package \
    apt-get update \
 && apt-get install -y --no-install-recommends /package/kith_*.deb \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
ENV KITH_LISTEN=0.0.0.0:8080 KITH_DATA_DIR=/var/lib/kith
VOLUME /var/lib/kith
EXPOSE 8080
USER kith
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s CMD ["kith", "healthcheck"]
ENTRYPOINT ["kith"]
CMD ["serve"]
