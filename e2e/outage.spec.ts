import { breakPdp } from './fake-answers.ts';
import { expect, test } from './console-test.ts';
import { signUp } from './sign-in.ts';

test('while the PDP is down nothing is denied, and the page recovers automatically', async ({
  page,
  stack,
  request,
  inspect,
}) => {
  // A new user, because decisions about existing ones may be cached.
  const repair = await breakPdp(request, stack.permitPdp);
  try {
    await signUp(page, 'otto.outage@latchkey.example');
    const outage = page.getByRole('heading', { level: 1, name: 'Permissions can’t be checked right now' });
    await expect(outage).toBeVisible();
    await expect(page.getByText('You don’t have access to this')).toHaveCount(0);
    await inspect('undecided');
  } finally {
    await repair();
  }
  await expect(page.getByRole('heading', { level: 1, name: 'Access reports' })).toBeVisible();
});
