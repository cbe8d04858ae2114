# Vigie with its browsers, for amd64 and arm64. What is installed is up to scripts/packages and package-lock.json alone.
#
#   docker build -t vigie .                                   Chromium and Firefox
#   docker build -t vigie:chromium --build-arg BROWSERS=chromium .     Chromium alone, half the size
#   docker run --rm --shm-size=1g vigie call https://meet.example.org/
#
# Layers, from the one that changes least: browsers, Node, node modules, Vigie. An upgrade of Vigie pulls the last ones.
# A base by digest: --build-arg BASE=debian:bookworm-slim@sha256:...
ARG BASE=debian:bookworm-slim

# --- Node and the node modules, without what only installing and developing need -------------------
FROM ${BASE} AS build
RUN apt-get update -q \
 && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends binutils npm
WORKDIR /opt/vigie
COPY package.json package-lock.json .npmrc ./
COPY scripts/setup scripts/node.sh scripts/packages scripts/
RUN scripts/setup --production --no-packages
# Of the npm package "node", the program alone; of the modules, neither sources in TypeScript (Node runs none there) nor types,
# builds for pages, source maps and prose (licences stay).
RUN mkdir -p /node/usr/local/bin \
 && cp -L "$(find .node/node_modules -path '*/bin/node' -type f -size +10M | head -n 1)" /node/usr/local/bin/node \
 && strip --strip-unneeded /node/usr/local/bin/node \
 && find node_modules -type f \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' \
      -o -iname 'readme*' -o -iname 'changelog*' -o -iname 'history.md' \) -delete \
 && find node_modules -type d \( -name test -o -name tests -o -name __tests__ -o -name docs -o -name examples \
      -o -name benchmark -o -name benchmarks -o -name es5-iife \) -prune -exec rm -rf {} + \
 && rm -rf node_modules/devtools-protocol/json node_modules/devtools-protocol/pdl \
 && find node_modules/mediabunny/dist/bundles -type f ! -name '*.node.cjs' -delete \
 && find node_modules -type d -empty -delete

# --- The browsers, without what no headless browser reads ------------------------------------------
FROM ${BASE} AS browsers
# all, or chromium
ARG BROWSERS=all
COPY scripts/packages /tmp/packages
# Left out: Mesa's drivers with the LLVM that they compile with (both browsers draw without them where there is no screen),
# Vulkan's debugging layers, codecs of ffmpeg (the browsers bring their own), icons, keyboards, Perl beyond its base; of Chromium
# what its headless shell shares a package with: the pages, pictures and languages of its window, the sender of crash reports.
RUN printf 'path-exclude=%s\n' '/usr/share/locale/*' '/usr/share/man/*' '/usr/share/doc/*' '/usr/share/info/*' \
      '/usr/share/help/*' '/usr/lib/*/libLLVM*' '/usr/lib/*/dri/*' >/etc/dpkg/dpkg.cfg.d/vigie \
 && echo 'path-include=/usr/share/doc/*/copyright' >>/etc/dpkg/dpkg.cfg.d/vigie \
 && apt-get update -q \
 && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
      $(awk -v browsers="$BROWSERS" '$1 == "run" || ($1 == "firefox" && browsers == "all") { print $2 }' /tmp/packages) \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/* /var/cache/fontconfig/* /var/log/*.log \
      /var/log/apt /tmp/packages /usr/share/icons/* /usr/share/themes /usr/share/sounds /usr/share/iso-codes \
      /usr/share/xml/iso-codes /usr/share/perl /usr/share/perl5 /usr/lib/*/perl /usr/lib/*/libperl.so* /usr/lib/*/libz3.so* \
      /usr/lib/*/libavcodec.so* /usr/lib/*/libavutil.so* /usr/lib/*/libcodec2.so* /usr/lib/*/libx264.so* \
      /usr/lib/*/libx265.so* /usr/lib/*/libaom.so* /usr/lib/*/libSvtAv1Enc.so* /usr/lib/*/libmfx*.so* /usr/lib/*/mfx \
      /usr/lib/*/librsvg-2.so* /usr/share/X11 /usr/share/lintian /usr/share/bug \
      /usr/lib/chromium/libVkLayer_* /usr/lib/chromium/libVkICD_mock_* /usr/lib/chromium/chrome_crashpad_handler \
      /usr/lib/chromium/resources.pak /usr/lib/chromium/chrome_*_percent.pak /usr/lib/chromium/locales
RUN useradd --system --uid 9797 --create-home --home-dir /var/lib/vigie --shell /usr/sbin/nologin vigie

# --- What runs -------------------------------------------------------------------------------------
FROM browsers
COPY --from=build /node /
WORKDIR /opt/vigie
COPY --from=build /opt/vigie/node_modules node_modules
COPY vigie package.json LICENSE README* CHANGELOG.md vigie.example.yaml ./
COPY scripts scripts
COPY src src
COPY dashboards dashboards
# What "vigie explain" reads.
COPY docs/*.md docs/
COPY docs/known-faults.yaml docs/
# Ready templates, selectable by name.
COPY deploy/examples deploy/examples

# Evidence and the history of runs are kept in the state directory where the configuration names no other.
ENV NODE_ENV=production \
    STATE_DIRECTORY=/var/lib/vigie
USER vigie
# vigie.yaml is looked for here.
WORKDIR /var/lib/vigie
VOLUME /var/lib/vigie
EXPOSE 9797
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9797/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# As the first process it collects what browsers leave behind: no --init is needed.
ENTRYPOINT ["/opt/vigie/vigie"]
CMD ["serve"]
