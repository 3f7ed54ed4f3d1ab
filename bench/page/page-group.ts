import type { FirstPage } from '../../e2e/bench/first-content.ts';
import type { WarmConsole } from '../../e2e/bench/warm-navigation.ts';
import type { Group, Sample, Variant } from '../variant.ts';

const firstPages: readonly (FirstPage & Pick<Variant, 'id' | 'title'>)[] = [
  { id: 'landing', title: 'landing page, slow network', path: '/', isSignedIn: false, heading: /./ },
  { id: 'home', title: 'home, signed in, slow network', path: '/home', isSignedIn: true, heading: /Home/ },
  {
    id: 'reports',
    title: 'reports, signed in, slow network',
    path: '/reports',
    isSignedIn: true,
    heading: /Access reports/,
  },
];

/** Of the sidebar. */
const paths = [
  '/home',
  '/reports',
  '/collections',
  '/access',
  '/members',
  '/requests',
  '/audit',
  '/policy',
  '/sync',
];

/** Once for all variants, by the first that needs it. */
const once = <Value>(make: () => Promise<Value>): (() => Promise<Value>) => {
  let made: Promise<Value> | undefined;
  return () => (made ??= make());
};

const variant = (
  of: Pick<Variant, 'id' | 'title' | 'relativeTo'>,
  prepare: () => Promise<() => Promise<number>>,
): Variant => ({
  ...of,
  unit: 'ms',
  faster: 'lower',
  async open() {
    const measure = await prepare();
    return { measure: async (): Promise<Sample> => ({ value: await measure() }) };
  },
});

/**
 * In a browser: until the content of a page is painted with an empty cache at 150 ms and 1.6 Mb/s, and from a click on a link of the
 * sidebar until a page is painted that was open before.
 */
export const pageGroup: Group = {
  name: 'page',
  title: 'Pages in a browser',
  async variants(stack) {
    // Imported when it is measured: the other groups need no browser.
    const console = once(async () => {
      const { openConsole } = await import('../../e2e/bench/open-console.ts');
      return openConsole(stack);
    });
    const warm = once(async (): Promise<WarmConsole> => {
      const { warmConsole } = await import('../../e2e/bench/warm-navigation.ts');
      return warmConsole(await console(), paths);
    });
    return [
      ...firstPages.map((page) =>
        variant({ ...page, relativeTo: 'landing' }, async () => {
          const { firstContent } = await import('../../e2e/bench/first-content.ts');
          const opened = await console();
          return () => firstContent(opened, page);
        }),
      ),
      ...paths.map((path) =>
        variant(
          { id: `${path}, again`, title: `click on ${path}`, relativeTo: `${paths[0]}, again` },
          async () => {
            const opened = await warm();
            return () => opened.open(path);
          },
        ),
      ),
    ];
  },
};
