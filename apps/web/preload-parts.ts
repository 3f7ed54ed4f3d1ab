import type { Plugin, Rollup } from 'vite';

/** What the page begins with, by the name that public/first-paint.js has for it: the beginning, the language, or both. */
const parts: Readonly<Record<string, readonly string[]>> = {
  landing: ['/src/landing.tsx'],
  console: ['/src/start.tsx', '/src/layout/layout.tsx'],
  callback: ['/src/start.tsx', '/src/features/sign-in/callback-page.tsx', '/src/auth/logto.ts'],
  en: ['/src/i18n/messages.en.ts'],
  ko: ['/src/i18n/messages.ko.ts'],
  'landing-en': ['/src/features/landing/messages.en.ts'],
  'landing-ko': ['/src/features/landing/messages.ko.ts'],
};

/** The pages of the sidebar, by their paths: the module, and the folders of the messages that its route loads. */
const pages: Readonly<Record<string, { readonly page: string; readonly messages: readonly string[] }>> = {
  '/home': { page: 'home/home-page', messages: ['features/home', 'components/reason'] },
  '/reports': { page: 'reports/reports-page', messages: ['features/reports', 'components/export'] },
  '/collections': { page: 'collections/collections-page', messages: ['features/collections'] },
  '/access': { page: 'access/access-page', messages: ['features/access'] },
  '/members': { page: 'members/members-page', messages: ['features/members'] },
  '/requests': { page: 'requests/requests-page', messages: ['features/requests'] },
  '/audit': {
    page: 'audit/audit-page',
    messages: ['features/audit', 'components/actions', 'components/export'],
  },
  '/policy': {
    page: 'policy/policy-page',
    messages: ['features/policy', 'components/reason', 'components/export'],
  },
  '/sync': { page: 'sync/sync-page', messages: ['features/sync'] },
};

type Part = readonly [name: string, modules: readonly string[]];

/** A page is a part, and its messages in each language are another. */
const partsOfPages = Object.entries(pages).flatMap(([path, { page, messages }]): Part[] => [
  [path, [`/src/features/${page}.tsx`]],
  ...['en', 'ko'].map((language): Part => [
    `${path}-${language}`,
    messages.map((folder) => `/src/${folder}/messages.${language}.ts`),
  ]),
]);

/**
 * Names the files of each beginning on the script that runs first, which asks for those of this page: they come together with what
 * every page loads, not after it has run. A file has its number in the list of all of them.
 */
export const preloadParts: Plugin = {
  name: 'preload-parts',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle = {} }) {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
      const filesOf = (chunk: Rollup.OutputChunk | undefined): string[] =>
        chunk === undefined
          ? []
          : [
              chunk.fileName,
              ...chunk.imports.flatMap((name) => filesOf(chunks.find(({ fileName }) => fileName === name))),
            ];
      const files: string[] = [];
      const numberOf = (file: string): number => {
        if (!files.includes(file)) files.push(file);
        return files.indexOf(file);
      };
      const entries = [...Object.entries(parts), ...partsOfPages].map(([part, modules]) => {
        const found = modules.map((module) => chunks.find((chunk) => chunk.facadeModuleId?.endsWith(module)));
        if (found.includes(undefined)) throw new Error(`The build has no file for ${part}.`);
        const all = new Set(found.flatMap(filesOf));
        return [part, [...all].filter((file) => !html.includes(`/${file}"`)).map(numberOf)];
      });
      const script = '<script src="/first-paint.js"';
      if (!html.includes(script)) throw new Error('index.html has no first-paint.js.');
      const data = JSON.stringify({ files, parts: Object.fromEntries(entries) });
      return html.replace(script, `${script} data-preload='${data}'`);
    },
  },
};
