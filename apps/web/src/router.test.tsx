import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { createAppRouter } from './router.ts';
import { renderApp } from './testing/render-app.tsx';
import { stubRequest } from './testing/stub-requests.ts';
import { stubReview } from './testing/stub-reviews.ts';

/** Ids in the stub server: a draft that its editor can view, a delivery, and a request. */
const params: Readonly<Record<string, string>> = {
  $reportId: 'r-1',
  $deliveryId: 'd-1',
  $requestId: 'q-1',
  $reviewId: 'review-1',
  $subject: 'u-nina',
};
const request = stubRequest(
  { target: { kind: 'role', role: 'editor' }, reason: 'Review', duration: null },
  { id: 'q-1', requester: { key: 'u-nina', name: 'Nina' } },
);

// The routes do not depend on the context; only rendering does.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
const { routesById } = createAppRouter({} as never);
const routes = Object.values(routesById);
const pages = routes.filter(({ options }) => options.staticData.page !== null);
const sidebarNames = pages.flatMap(({ options: { staticData } }) =>
  staticData.page !== null && 'sidebar' in staticData.page && staticData.page.sidebar !== undefined
    ? [staticData.page.name.en]
    : [],
);

test('every route for signed-in users is a page with a name', () => {
  const inConsole = routes.filter(({ id }) => id.startsWith('/console/')).map(({ id }) => id);
  expect(inConsole).toContain('/console/reports');
  expect(pages.map(({ id }) => id)).toEqual(inConsole);
});

test.each(pages.map(({ fullPath }) => fullPath))(
  '%s has a breadcrumb that ends in its name',
  async (path) => {
    const names = pages
      .filter(({ fullPath }) => path === fullPath || path.startsWith(`${fullPath}/`))
      .map(({ options: { staticData } }) =>
        staticData.page !== null && 'name' in staticData.page
          ? staticData.page.name.en
          : /^(?:Q4 review|Q4 access review|Someone signed up|Nina|Audit 2026)$/,
      );
    await renderApp(
      path.replace(/\$\w+/, (name) => params[name] ?? name),
      path.startsWith('/reports') ? 'editor' : 'admin',
      ({ requests, reviews }) => {
        requests.push(request);
        reviews.push(stubReview());
      },
    );
    const breadcrumb = within(await screen.findByRole('navigation', { name: 'Breadcrumb' }));
    const last = await breadcrumb.findByText(names.at(-1) ?? '');
    expect(last).toHaveAttribute('aria-current', 'page');
    for (const name of names.slice(0, -1)) {
      expect(breadcrumb.getByRole('link', { name })).toBeVisible();
      expect(breadcrumb.getByRole('link', { name })).not.toHaveAttribute('aria-current');
    }
    expect(breadcrumb.getAllByRole('listitem')).toHaveLength(names.length);
  },
);

test('the sidebar shows every route with a sidebar entry, in the order of the router', async () => {
  await renderApp('/reports', 'admin', (server) => {
    server.answers.setup.status = { state: 'open', checks: [], links: {} };
  });
  const sidebar = within(await screen.findByRole('navigation', { name: 'Main' }));
  expect(sidebarNames.length).toBeGreaterThan(0);
  await waitFor(() => {
    const links = sidebar.getAllByRole('link').map(({ textContent }) => textContent);
    expect(links).toEqual(['Latchkey', ...sidebarNames]);
  });
});

test.each([
  ['/reports/r-9', 'This report doesn’t exist'],
  ['/members/nobody', 'No one in this organization has this ID'],
  ['/requests/none', 'This request doesn’t exist'],
  ['/sync/deliveries/d-9', 'This delivery doesn’t exist'],
])('the page of a missing item says so: %s', async (path, title) => {
  await renderApp(path, 'admin');
  expect(await screen.findByRole('heading', { level: 1, name: title })).toBeVisible();
});

test.each([
  ['/members/invitations', 'Members'],
  ['/members/u-nina', 'Members'],
  ['/reports/new', 'Access reports'],
])('in the sidebar, %s marks only %s', async (path, name) => {
  await renderApp(path, 'admin');
  const navigation = within(await screen.findByRole('navigation', { name: 'Main' }));
  expect(await navigation.findByRole('link', { name, current: 'page' })).toBeVisible();
  expect(navigation.getAllByRole('link', { current: 'page' })).toHaveLength(1);
});
