import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { compressedFiles } from './compressed-files.ts';
import { env } from './env.ts';
import { preloadParts } from './preload-parts.ts';
import { smallModulesPlugin } from './small-modules.ts';

const served = {
  host: '127.0.0.1',
  port: env.WEB_PORT,
  // The redirect URI registered in Logto contains this port; with another port Logto rejects the sign-in.
  strictPort: true,
  proxy: { '/api': { target: env.SERVER_URL } },
};

/**
 * Logto's client imports jose, which only verifies the ID token that a sign-in or a refresh brings. It is loaded then, and
 * not with the first page.
 */
const joseOnDemand: Plugin = {
  name: 'jose-on-demand',
  apply: 'build',
  enforce: 'pre',
  async resolveId(source, importer) {
    if (source !== 'jose' || importer?.includes('/@logto/client/') !== true) return null;
    const jose = await this.resolve(source, importer, { skipSelf: true });
    return jose === null ? null : `\0jose-on-demand:${jose.id}`;
  },
  load(id) {
    if (!id.startsWith('\0jose-on-demand:')) return null;
    const jose = `(await import(${JSON.stringify(id.slice('\0jose-on-demand:'.length))}))`;
    return `
      export const jwtVerify = async (...args) => ${jose}.jwtVerify(...args);
      export const createRemoteJWKSet = (url) => {
        let keys;
        return async (...args) => (keys ??= ${jose}.createRemoteJWKSet(url))(...args);
      };
    `;
  },
};

/**
 * Subscriptions are loaded after the page (src/api/stream-client.ts), but a module of tRPC that the page uses as well is loaded
 * whole with the page. These modules are therefore there twice: with what the page calls, and with what subscriptions call.
 */
const subscriptionsOnDemand: Plugin = {
  name: 'subscriptions-on-demand',
  apply: 'build',
  enforce: 'pre',
  async resolveId(source, importer, options) {
    if (
      importer?.endsWith('/src/api/stream-client.ts') !== true &&
      importer?.endsWith('?subscriptions') !== true
    )
      return null;
    const resolved = await this.resolve(source, importer, { ...options, skipSelf: true });
    const isShared =
      /@trpc\/(client\/dist\/(index|wsLink-[\w-]+)|server\/dist\/(unstable-core-do-not-import|resolveResponse-[\w-]+))\.mjs$/;
    return resolved !== null && isShared.test(resolved.id)
      ? { id: `${resolved.id}?subscriptions`, moduleSideEffects: false }
      : resolved;
  },
};

/**
 * The Latin part of the font is asked for by the HTML, not when a style sheet finds text that needs it: the first content is
 * drawn in its own font, and does not move when the font replaces a wider one.
 */
const preloadFont: Plugin = {
  name: 'preload-font',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler(_, { bundle = {} }) {
      const latin = Object.keys(bundle).filter((file) => file.includes('PretendardVariable.subset.91-'));
      if (latin.length !== 1)
        throw new Error(`One file of the font has the Latin letters, found ${latin.length}.`);
      return latin.map((file) => ({
        tag: 'link',
        attrs: { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: '', href: `/${file}` },
        injectTo: 'head-prepend' as const,
      }));
    },
  },
};

/** The files that every page of the console has, as the groups below name them, and the bundler's own. */
const ofConsole = /\/(?:rolldown-runtime|libraries|every-page|router|start|console)-[\w-]{8}\.js$/;
/** Who loads something on demand where the console may not be: the page itself, and the landing page. */
const beforeConsole = /index\.html$|\/(?:every-page|landing)-[\w-]{8}\.js$/;

const isOfLibraries = (moduleIds: readonly string[]): boolean =>
  moduleIds.length > 0 && moduleIds.every((id) => id.includes('/node_modules/'));
const named = new Set(['libraries', 'router', 'popups']);

const fileOf = (path: string): string => fileURLToPath(new URL(`src/${path}.tsx`, import.meta.url));

/** What a module imports, what that imports, and so on; not what is loaded on demand. */
type ImportsOf = (id: string) => readonly string[] | undefined;
function importedBy(id: string, importsOf: ImportsOf, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(id)) return seen;
  seen.add(id);
  for (const one of importsOf(id) ?? []) importedBy(one, importsOf, seen);
  return seen;
}

/** Who needs a module: every page, every page but the landing page, every page of the console; else nobody in particular. */
type NeededBy = (id: string) => 'every-page' | 'start' | 'console' | undefined;
let neededBy: NeededBy | undefined;
function findNeeds(importsOf: ImportsOf): NeededBy {
  const of = (path: string): ReadonlySet<string> => importedBy(fileOf(path), importsOf);
  const main = of('main');
  const landing = of('landing');
  const start = of('start');
  const layout = of('layout/layout');
  const outside = ['sign-in/callback-page', 'invitations/accept-page'].map((page) => of(`features/${page}`));
  return (id) => {
    // Whoever imports an icon imports the package's list of all of them. These are the landing page's; others go with what shows them.
    if (id.includes('/lucide-react/dist/esm/icons/'))
      return /\/(?:check|minus|rotate-ccw)\.mjs$/.test(id) ? 'every-page' : undefined;
    // So it is with these of TanStack Query.
    if (/\/(?:useQueries|queriesObserver)\.js$/.test(id)) return undefined;
    if (main.has(id)) return 'every-page';
    if (landing.has(id)) return start.has(id) || layout.has(id) ? 'every-page' : undefined;
    if (start.has(id)) return 'start';
    return layout.has(id) && !outside.some((page) => page.has(id)) ? 'console' : undefined;
  };
}

/** A file of what somebody needs: of libraries, or of our own modules. */
const sharedFile = (name: string, need: ReturnType<NeededBy>, test: RegExp) => ({
  debugName: name,
  test,
  name(
    id: string,
    build: { readonly getModuleInfo: (id: string) => { readonly importedIds: readonly string[] } | null },
  ) {
    neededBy ??= findNeeds((of) => build.getModuleInfo(of)?.importedIds);
    return neededBy(id) === need ? name : null;
  },
});

/** A component or an icon that needs nothing heavy: pages of the console may load it although they do not show it. */
let ofLanding: ReadonlySet<string> | undefined;
function isSmallPart(id: string, importsOf: ImportsOf): boolean {
  if (!/\/src\/components\/|\/lucide-react\//.test(id)) return false;
  ofLanding ??= importedBy(fileOf('features/landing/landing-page'), importsOf);
  return !ofLanding.has(id) && ![...importedBy(id, importsOf)].some((other) => other.includes('/@base-ui/'));
}

export default defineConfig({
  plugins: [
    joseOnDemand,
    subscriptionsOnDemand,
    smallModulesPlugin,
    preloadFont,
    preloadParts,
    react(),
    tailwindcss(),
    compressedFiles(),
  ],
  server: {
    ...served,
    fs: {
      // Vite's default is the whole checkout, in which DATA_DIR and .env hold keys and passwords. Any user of the machine can ask.
      allow: [
        '.',
        '../../packages/permissions/src',
        '../../packages/permit-engine/src',
        '../../packages/policy/src',
        '../../node_modules/.pnpm',
      ],
    },
  },
  preview: served,
  build: {
    target: 'baseline-widely-available',
    // Font subsets stay files: as data URIs they would be loaded whether or not their characters are used.
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    // A browser that does not know the link loads the file when it is imported.
    modulePreload: {
      polyfill: false,
      // What the console loads on demand is asked for when these files are there, so its lists need not name them.
      resolveDependencies: (_, files, { hostId }) =>
        beforeConsole.test(hostId) ? files : files.filter((file) => !ofConsole.test(file)),
    },
    // Lists the chunks that a page needs: .size-limit.ts reads it.
    manifest: true,
    rolldownOptions: {
      // tRPC's client does not say that its modules may be left out, and would bring its link for WebSockets.
      treeshake: { moduleSideEffects: [{ test: /@trpc\/client\//, sideEffects: false }] },
      output: {
        // A part of a library has the name of whichever module comes first in it: it says nothing, and the lists of such files are long.
        chunkFileNames: ({ name, moduleIds }) =>
          isOfLibraries(moduleIds) && !named.has(name) ? 'assets/[hash].js' : 'assets/[name]-[hash].js',
        codeSplitting: {
          // What every page needs in two files, what every page but the landing page needs in two, what every page of the console
          // needs in one, and so what many of them need: smaller than in many files, each of which is named by every page that needs
          // it. The libraries stay in the browser's cache over our releases.
          groups: [
            sharedFile('libraries', 'every-page', /node_modules/),
            sharedFile('every-page', 'every-page', /\/src\/(?!main\.tsx)/),
            sharedFile('router', 'start', /node_modules/),
            sharedFile('start', 'start', /\/src\//),
            sharedFile('console', 'console', /./),
            {
              debugName: 'parts',
              minShareCount: 7, // Tried: with fewer the file is larger than what it saves, with more there are too many files again.
              name: (id, build) =>
                isSmallPart(id, (of) => build.getModuleInfo(of)?.importedIds) ? 'parts' : null,
            },
            // What a dialog and a menu have in common. Nothing else of Base UI, or a dialog would bring menus.
            { name: 'popups', minShareCount: 12, test: /\/@(?:base-ui|floating-ui)\// },
          ],
        },
      },
    },
  },
});
