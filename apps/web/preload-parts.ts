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

/**
 * Names the files of each beginning on the script that runs first, which asks for those of this page: they come together with what
 * every page loads, not after it has run.
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
      const entries = Object.entries(parts).map(([part, modules]) => {
        const found = modules.map((module) => chunks.find((chunk) => chunk.facadeModuleId?.endsWith(module)));
        if (found.includes(undefined)) throw new Error(`The build has no file for ${part}.`);
        const files = new Set(found.flatMap(filesOf));
        return [part, [...files].filter((file) => !html.includes(`/${file}"`))];
      });
      const script = '<script src="/first-paint.js"';
      if (!html.includes(script)) throw new Error('index.html has no first-paint.js.');
      return html.replace(script, `${script} data-parts='${JSON.stringify(Object.fromEntries(entries))}'`);
    },
  },
};
