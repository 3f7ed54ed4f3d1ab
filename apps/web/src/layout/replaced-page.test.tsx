import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { renderApp } from '../testing/render-app.tsx';

/** Records the heading of the page after each change of the document, without repetitions. */
function recordHeadings(): string[] {
  const headings: string[] = [];
  new MutationObserver(() => {
    const main = document.querySelector('main');
    const heading = main?.querySelector('h1')?.textContent ?? 'none';
    if (main !== null && headings.at(-1) !== heading) headings.push(heading);
  }).observe(document.body, { childList: true, subtree: true, attributes: true });
  return headings;
}

// Each case needs code that no other test of this file has loaded.
test.each([
  ['that is denied', '/audit', 'You don’t have access to this'],
  ['of another organization', '/access?org=initech', 'You’re not a member of this organization'],
])('a page %s is a skeleton until the code of its replacement is loaded', async (_name, page, title) => {
  const headings = recordHeadings();
  await renderApp(page, 'admin', ({ deny }) => deny('audit.list'));
  await screen.findByRole('heading', { level: 1, name: title });
  expect(headings).not.toContain('none');
  expect(headings.slice(-2)).toEqual(['One moment…', title]);
});
