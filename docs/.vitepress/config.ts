import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { defineConfig, type DefaultTheme } from 'vitepress';

/** The first heading of a page: its title in the menu. */
const titleOf = (file: string): string =>
  /^# (.*)$/m.exec(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'))?.[1] ?? file;

const pages = (...names: string[]): DefaultTheme.SidebarItem[] =>
  names.map((name) => ({ text: titleOf(`guide/${name}.md`).replaceAll('`', ''), link: `/guide/${name}` }));

const decisions = readdirSync(new URL('../decisions', import.meta.url))
  .filter((file) => /^\d{3}-.*\.md$/.test(file))
  .toSorted()
  .map((file) => ({
    text: `${file.slice(0, 3)} ${titleOf(`decisions/${file}`).replace(/^\d+[.:] /, '')}`,
    link: `/decisions/${file.replace(/\.md$/, '')}`,
  }));

/** The guides as a site: `pnpm --filter @latchkey/docs dev`. A link that leads nowhere fails the build. */
export default defineConfig({
  title: 'Latchkey',
  description: 'Sign-in with Logto, decisions by Permit.io, typed from the policy to the button.',
  cleanUrls: true,
  ignoreDeadLinks: 'localhostLinks',
  vite: { esbuild: { target: 'es2022', tsconfigRaw: {} } },
  outDir: 'dist',
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: '/favicon.svg' }]],
  markdown: {
    config(markdown) {
      // The pages are also read in the repository, and link to its files. Those are not pages of the site, so the site
      // shows such a link as plain text.
      markdown.core.ruler.push('links-to-files', ({ tokens, env }) => {
        const folder = posix.dirname(String(env.relativePath));
        const isOutside = (href: string): boolean =>
          !/^[a-z]+:|^[/#]/.test(href) && posix.join(folder, href).startsWith('..');
        for (const { children } of tokens) {
          let isDropping = false;
          for (const token of children ?? []) {
            if (token.type === 'link_open') isDropping = isOutside(token.attrGet('href') ?? '');
            if (!isDropping || !token.type.startsWith('link_')) continue;
            if (token.type === 'link_close') isDropping = false;
            token.tag = 'span';
            token.attrs = null;
          }
        }
      });
    },
  },
  themeConfig: {
    logo: '/favicon.svg',
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Tutorial', link: '/guide/permissions-in-ten-minutes' },
      { text: 'Going live', link: '/guide/going-live' },
      { text: 'Reference', link: '/guide/options' },
      { text: 'Troubleshooting', link: '/guide/troubleshooting' },
      { text: 'Decisions', link: '/decisions/' },
    ],
    sidebar: {
      '/decisions/': [{ text: 'Decision records', items: decisions }],
      '/': [
        { text: 'Get started', items: pages('permissions-in-ten-minutes', 'installing', 'tour') },
        {
          text: 'Build an app',
          items: pages(
            'gates',
            'lists',
            'explaining-decisions',
            'nextjs',
            'authzen',
            'agents',
            'moving-from-casl',
            'moving-from-permitio',
          ),
        },
        { text: 'The policy', items: pages('policy-as-code') },
        {
          text: 'The console',
          items: pages('requests', 'access-reviews', 'reports', 'invitations', 'audit', 'view-as'),
        },
        {
          text: 'Operate',
          items: pages(
            'going-live',
            'running',
            'directory-sync',
            'several-replicas',
            'monitoring',
            'troubleshooting',
            'upgrading',
            'performance',
            'capacity-planning',
          ),
        },
        { text: 'Reference', items: pages('options', 'cli', 'reference-policy', 'reference-http') },
      ],
    },
    docFooter: { prev: false, next: false },
  },
});
