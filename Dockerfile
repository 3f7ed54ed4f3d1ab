# syntax=docker/dockerfile:1
# Latchkey's server with the built console, and the CLI `latchkey`. Without emulators, tests and package managers.
# How to run it: docs/guide/running.md.
ARG NODE_VERSION=24.21.0
# `@sha256:…` of that tag, for a reproducible image: docs/guide/running.md.
ARG NODE_DIGEST=

FROM node:${NODE_VERSION}-trixie-slim${NODE_DIGEST} AS source
WORKDIR /latchkey
RUN npm install --global pnpm@10.34.9
COPY . .

FROM source AS built
RUN pnpm install --frozen-lockfile --filter '@latchkey/web...' --filter '@latchkey/server...' \
 && (cd apps/web && node_modules/.bin/vite build) \
 && cd apps/server && node_modules/.bin/tsdown

FROM source AS server
# Omits the optional dependencies, PostgreSQL's programs for development: the image requires DATABASE_URL. Hoists all
# packages, so that the toolkit finds its optional peers among the server's dependencies.
RUN pnpm install --frozen-lockfile --prod --no-optional --shamefully-hoist --filter-prod '@latchkey/server...' --filter-prod '@latchkey/cli...' \
 && rm -rf apps/web e2e examples docs scripts packages/*-emulator packages/emulator-kit packages/server-process

FROM node:${NODE_VERSION}-trixie-slim${NODE_DIGEST}
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 WEB_DIST=/latchkey/apps/web/dist DATA_DIR=/var/lib/latchkey
# Only builds need the base image's package managers.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn* /opt/yarn* \
 && printf '#!/bin/sh\nexec node /latchkey/apps/cli/src/main.ts "$@"\n' > /usr/local/bin/latchkey && chmod 755 /usr/local/bin/latchkey \
 && install -d -o 10001 -g 10001 /var/lib/latchkey
WORKDIR /latchkey
COPY --from=server /latchkey ./
COPY --from=built /latchkey/apps/web/dist apps/web/dist
COPY --from=built /latchkey/apps/server/dist apps/server/dist
USER 10001:10001
# Stores audit events while PostgreSQL is unavailable. The rest of the file system can be read-only.
VOLUME /var/lib/latchkey
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["node", "--eval", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=8", "--optimize-for-size", "apps/server/dist/main.js"]
