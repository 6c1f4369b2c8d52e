# The built frontend is committed, so the image needs Go alone.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -tags=nomsgpack -trimpath -buildvcs=false -ldflags="-s -w" -o /out/anbiao ./app

# For backups: the program with the clients of compose's PostgreSQL. docker build --target backup -t anbiao:backup .
FROM postgres:17-bookworm AS backup
COPY --from=build /out/anbiao /usr/local/bin/anbiao
ENV ENV=production DATA_DIR=/tmp/anbiao
ENTRYPOINT ["anbiao"]
CMD ["backup", "--to", "/backup"]

FROM debian:bookworm-slim
# ca-certificates: mail and storage over TLS. tzdata: Asia/Shanghai decides what day it is.
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates tzdata \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --user-group --home-dir /var/lib/anbiao --create-home anbiao
COPY --from=build /out/anbiao /usr/local/bin/anbiao
USER anbiao
WORKDIR /var/lib/anbiao
ENV ENV=production DATA_DIR=/var/lib/anbiao ADDR=:8080
VOLUME /var/lib/anbiao
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /healthz HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["anbiao"]
CMD ["serve"]
