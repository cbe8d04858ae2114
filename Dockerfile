# Vigie with its browsers. What is installed is up to scripts/setup alone.
#
#   docker build -t vigie .
#   docker run --rm --init --shm-size=1g vigie call https://meet.example.org/
ARG BASE=debian:bookworm-slim
FROM ${BASE}

WORKDIR /opt/vigie
COPY package.json package-lock.json .npmrc vigie ./
COPY scripts scripts
# npm is needed for this step only, and Debian's brings a Node of its own that is too old for Vigie.
RUN scripts/setup --production \
 && apt-get purge -q -y --auto-remove npm \
 && rm -rf /root/.npm /var/lib/apt/lists/* /var/cache/apt/archives/*.deb .cache
ENV PATH=/opt/vigie/.node/node_modules/.bin:$PATH \
    NODE_ENV=production
RUN useradd --system --uid 9797 --create-home --home-dir /var/lib/vigie --shell /usr/sbin/nologin vigie

COPY LICENSE README* CHANGELOG.md vigie.example.yaml ./
COPY src src
COPY dashboards dashboards
# Ready templates, selectable by name.
COPY deploy/examples deploy/examples

USER vigie
# vigie.yaml is looked for here, and evidence is kept here.
WORKDIR /var/lib/vigie
VOLUME /var/lib/vigie
EXPOSE 9797
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9797/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/opt/vigie/vigie"]
CMD ["serve"]
