import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { openReport, publish, renderApp, type RenderedApp } from '../testing/render-app.tsx';
import { stubRequest } from '../testing/stub-requests.ts';

const press = async ({ user }: RenderedApp, name: string | RegExp): Promise<void> =>
  user.click(await screen.findByRole('button', { name }));

/** A form. `open` opens it, fills it in, and returns its element and the name of its submit button. */
type Form = readonly [
  path: string,
  open: (app: RenderedApp) => Promise<readonly [HTMLElement, string]>,
  prepare?: Parameters<typeof renderApp>[2],
];
const forms: Readonly<Record<string, Form>> = {
  'a request': [
    '/access?org=acme',
    async (app) => {
      await press(app, 'Request access: Editor');
      await app.user.type(await screen.findByLabelText('Reason'), 'Review');
      return [screen.getByRole('dialog'), 'Send request'];
    },
  ],
  'a sent request': [
    '/access',
    async (app) => {
      await app.user.click(
        within(await screen.findByRole('region', { name: 'Your requests' })).getByRole('button', {
          name: /Editor/,
        }),
      );
      await screen.findByRole('button', { name: 'Withdraw request' });
      return [screen.getByRole('dialog'), 'Withdraw request'];
    },
    ({ requests }) =>
      requests.push(
        stubRequest({ target: { kind: 'role', role: 'editor' }, reason: 'Review', duration: 604_800 }),
      ),
  ],
  'an invitation': [
    '/members/invitations?invite=true&org=acme',
    async ({ user }) => {
      await user.type(await screen.findByRole('textbox', { name: 'Email addresses' }), 'ann@example.com');
      return [screen.getByRole('dialog'), 'Send invitations'];
    },
  ],
  'an offer of a role': [
    '/members/u-nina?give=admin',
    async () => {
      const button = await screen.findByRole('button', { name: 'Assign role' });
      await waitFor(() => expect(button).toBeEnabled());
      return [screen.getByRole('region', { name: 'Assign Administrator to Nina?' }), 'Assign role'];
    },
  ],
  'a saved view': [
    '/audit?show=denied',
    async (app) => {
      await press(app, 'Save this view');
      await app.user.keyboard('Refusals');
      return [screen.getByRole('form', { name: 'Name the view' }), 'Save'];
    },
  ],
};

test.each(Object.entries(forms))('%s shows why it failed until the next attempt', async (name, form) => {
  const [path, open, prepare] = form;
  const viewer = name.includes('request');
  const app = await renderApp(path, viewer ? 'viewer' : 'admin', prepare);
  const [element, send] = await open(app);
  app.network.break('refused');
  await app.user.click(within(element).getByRole('button', { name: send }));
  const failure = () => within(element).queryByText(/didn’t respond/);
  await waitFor(() => expect(failure()).toBeVisible());
  expect(screen.getAllByText(/didn’t respond/)).toHaveLength(1);
  app.network.mend();
  await app.user.click(within(element).getByRole('button', { name: send }));
  await waitFor(() => expect(screen.queryByText(/didn’t respond/)).toBeNull());
});

test.each([
  ['with the next attempt', (app: RenderedApp) => publish(app)],
  [
    'on the next page',
    ({ user }: RenderedApp) => user.click(screen.getByRole('link', { name: 'Your access' })),
  ],
])('a notice of a failure ends %s', async (_when, next) => {
  const app = await openReport();
  app.network.break('refused');
  await publish(app);
  await screen.findByText(/didn’t respond/);
  app.network.mend();
  await next(app);
  await waitFor(() => expect(screen.queryByText(/didn’t respond/)).toBeNull());
});
