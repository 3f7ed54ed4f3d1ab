import { expect, test } from 'vitest';
import { html, raw } from './html.ts';

test('values are escaped, markup and lists of markup are not', () => {
  const items = ['<a>', `"'&`].map((text) => html`<li>${text}</li>`);
  expect(html`<ul title="${'"'}">${items}${false}${null}${3}</ul>${raw('<br>')}`.markup).toBe(
    '<ul title="&quot;"><li>&lt;a&gt;</li><li>&quot;&#39;&amp;</li>3</ul><br>',
  );
});
