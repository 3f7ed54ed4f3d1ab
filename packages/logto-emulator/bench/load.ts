import { start } from '../src/index.ts';
import { seed } from '../src/testing/fixtures.ts';

/** Measures load: sign-ins one after the other, refreshes in parallel, and 100,000 users in pages. */
const userCount = 100_000;

async function rate(name: string, count: number, run: () => Promise<unknown>): Promise<void> {
  const begun = performance.now();
  await run();
  const seconds = (performance.now() - begun) / 1000;
  process.stdout.write(`${name}: ${(count / seconds).toFixed(0)} per second\n`);
}

const users = Array.from({ length: userCount }, (_, index) => ({ username: `user${index}` }));
const begun = performance.now();
const logto = await start({ seed: { ...seed, users: [...seed.users, ...users] } });
process.stdout.write(
  `${userCount.toLocaleString('en')} users seeded in ${((performance.now() - begun) / 1000).toFixed(1)} s\n`,
);

await rate('sign-ins', 200, async () => {
  for (let index = 0; index < 200; index += 1) await logto.signIn('ada'); // oxlint-disable-line no-await-in-loop -- one after the other
});

const tokens = await Promise.all(Array.from({ length: 50 }, () => logto.signIn('ada')));
await rate('refreshes', 500, () =>
  Promise.all(
    tokens.flatMap(({ refreshToken }) =>
      Array.from({ length: 10 }, async () => {
        const body = new URLSearchParams({
          grant_type: 'refresh_token',
          client_id: 'spa-app',
          refresh_token: refreshToken,
        });
        const response = await fetch(`${logto.issuer}/token`, { method: 'POST', body });
        if (!response.ok) throw new Error(await response.text());
      }),
    ),
  ),
);

const authorization = `Bearer ${await logto.managementToken()}`;
const seen = new Set<string>();
await rate('pages of 100 users', userCount / 100, async () => {
  for (let page = 1; ; page += 1) {
    const response = await fetch(`${logto.url}/api/users?page=${page}&page_size=100`, {
      headers: { authorization },
    }); // oxlint-disable-line no-await-in-loop -- as a sweep does
    const list: unknown = await response.json(); // oxlint-disable-line no-await-in-loop
    if (!Array.isArray(list) || list.length === 0) return;
    for (const user of list) seen.add(Object(user).id);
  }
});
process.stdout.write(
  `${seen.size.toLocaleString('en')} users seen, ${Math.round(process.memoryUsage().rss / 1e6)} MB\n`,
);
await logto.close();
