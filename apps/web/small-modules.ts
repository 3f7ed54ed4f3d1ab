import type { Plugin } from 'vite';

interface SmallModule {
  readonly source: string;
  readonly importer: RegExp;
  readonly code: string;
}

/** The hooks of TanStack Query that tRPC imports and this app does not call through tRPC. */
const uncalledHooks = [
  'usePrefetchInfiniteQuery',
  'usePrefetchQuery',
  'useQueries',
  'useSuspenseInfiniteQuery',
  'useSuspenseQueries',
  'useSuspenseQuery',
];
/** These, and one of tRPC's own: the streams of this app are not opened by a hook. */
const uncalled = [...uncalledHooks, 'useSubscription'].join('|');
const uncalledHook = new RegExp(`\\.(?:${uncalled})\\(`);
/** Where tRPC returns them, a line each. */
const returnedHook = new RegExp(`^\\s+(?:${uncalled})(?:: \\w+\\$1)?,?$`, 'gm');

/** What is imported by a module that every page has, and does more than the app needs. */
const smallModules: readonly SmallModule[] = [
  {
    // Logto's client renames the members of two answers, for which there are four packages with a cache.
    source: 'camelcase-keys',
    importer: /\/@logto\/(?:js|browser)\//,
    code: `export default (object) => Object.fromEntries(Object.entries(object).map(
      ([key, value]) => [key.replaceAll(/_(\\w)/g, (_, letter) => letter.toUpperCase()), value]
    ));`,
  },
  {
    // It writes a few random bytes as base64url (RFC 4648 section 5).
    source: 'js-base64',
    importer: /\/@logto\/(?:js|browser)\//,
    code: `export const fromUint8Array = (bytes, isUrlSafe) => {
      const text = btoa(String.fromCharCode(...bytes));
      return isUrlSafe ? text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '') : text;
    };`,
  },
  {
    // tRPC's hooks are made by name when they are called, so a bundler cannot see which of them never are.
    source: '@tanstack/react-query',
    importer: /\/@trpc\/react-query\//,
    code: `export { QueryClient, hashKey, infiniteQueryOptions, queryOptions, skipToken, useInfiniteQuery, useMutation, useQuery }
      from '@tanstack/react-query';
      export const ${uncalledHooks.map((hook) => `${hook} = undefined`).join(', ')};`,
  },
  {
    // A hook that React has since version 18.
    source: 'use-sync-external-store/shim',
    importer: /\/use-sync-external-store\//,
    code: `export { useSyncExternalStore } from 'react';`,
  },
  {
    // An icon of ours has at most a class, a size and the width of its lines; lucide's own also scales lines, and has a context.
    source: '../createLucideIcon.mjs',
    importer: /\/lucide-react\/dist\/esm\/icons\//,
    code: `import { createElement } from 'react';
      const drawing = { viewBox: '0 0 24 24', fill: 'none', stroke: 'currentColor', strokeWidth: 2, strokeLinecap: 'round', strokeLinejoin: 'round' };
      export default ({ name, node }) => ({ className = '', size = 24, ...rest }) => createElement('svg', {
        ...drawing, width: size, height: size, className: 'lucide lucide-' + name + ' ' + className,
        'aria-hidden': rest['aria-label'] || rest.role || rest.title ? undefined : true, ...rest,
      }, node.map(([tag, attributes]) => createElement(tag, attributes)));`,
  },
  {
    // The policy's table is checked whenever the server starts, and by the tests.
    source: './assert-policy.ts',
    importer: /\/define-policy\.ts$/,
    code: 'export const assertPolicy = () => {};',
  },
];

/** Puts the small modules in place of what they stand for. Only in the build: development and the unit tests have the whole. */
export const smallModulesPlugin: Plugin = {
  name: 'small-modules',
  apply: 'build',
  enforce: 'pre',
  resolveId(source, importer = '') {
    const index = smallModules.findIndex(
      (module) => module.source === source && module.importer.test(importer),
    );
    return index === -1 ? null : `\0small:${index}`;
  },
  load: (id) => (id.startsWith('\0small:') ? smallModules[Number(id.slice('\0small:'.length))]?.code : null),
  transform(code, id) {
    if (/\/@trpc\/react-query\/dist\/shared-/.test(id))
      return { code: code.replaceAll(returnedHook, ''), map: null };
    if (!id.includes('/src/') || id.includes('/node_modules/')) return null;
    const [called] = uncalledHook.exec(code) ?? [];
    if (called !== undefined)
      this.error(`The build has no ${called}…): call TanStack Query's own, or list it there.`);
    return null;
  },
};
