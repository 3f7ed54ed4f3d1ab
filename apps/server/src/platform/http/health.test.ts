import express from 'express';
import { expect, onTestFinished, test, vi } from 'vitest';
import { serve } from '../../testing/serve.ts';
import { health, createReadiness, type ComponentState } from './health.ts';

const allOk = { database: 'ok', jwks: 'ok', pdp: 'ok' } as const;

test.each<[Partial<Record<keyof typeof allOk, ComponentState>>, string, number]>([
  [{}, '', 200],
  [{ database: 'unavailable' }, '', 503],
  [{ jwks: 'unavailable' }, '', 503],
  [{ pdp: 'unavailable' }, '', 503],
  [{ pdp: 'wrong' }, '', 503],
  [{ pdp: 'wrong' }, '?exclude=pdp', 200],
  [{ pdp: 'unavailable', jwks: 'unavailable' }, '?exclude=pdp', 503],
  [{ pdp: 'unavailable', jwks: 'unavailable' }, '?exclude=pdp&exclude=jwks', 200],
  [{ pdp: 'unavailable', database: 'unavailable' }, '?exclude=pdp&exclude=jwks', 503],
])(
  'with %j /readyz%s is %i and names all components, and the process is alive',
  async (faults, query, status) => {
    const components = { ...allOk, ...faults };
    await using server = await serve(express().use(health(async () => components)));
    const [live, readiness] = await Promise.all([
      fetch(`${server.url}/healthz`),
      fetch(`${server.url}/readyz${query}`),
    ]);
    expect([live.status, await live.json()]).toEqual([200, { status: 'ok' }]);
    expect([readiness.status, await readiness.json()]).toEqual([
      status,
      { status: status === 200 ? 'ok' : 'unavailable', components },
    ]);
  },
);

test('a warning is shown without making the server unready', async () => {
  const warnings = { deliveries: 'failing', other: 'ok' } as const;
  const router = health(
    async () => allOk,
    async () => warnings,
  );
  await using server = await serve(express().use(router));
  const response = await fetch(`${server.url}/readyz`);
  expect([response.status, await response.json()]).toEqual([
    200,
    { status: 'ok', components: allOk, warnings: { deliveries: 'failing' } },
  ]);
});

test('under many probes a component is checked once at a time, and its result is cached', async () => {
  let asked = 0;
  let answer = Promise.withResolvers<ComponentState>();
  const check = (): Promise<ComponentState> => {
    asked++;
    return answer.promise;
  };
  const remembering = createReadiness({ pdp: check }, 60_000);
  const probes = Array.from({ length: 50 }, remembering);
  expect(asked).toBe(1);
  answer.resolve('ok');
  expect(new Set((await Promise.all(probes)).map(({ pdp }) => pdp))).toEqual(new Set(['ok']));
  answer = Promise.withResolvers();
  expect(await remembering()).toEqual({ pdp: 'ok' });
  expect(asked).toBe(1);

  const forgetful = createReadiness({ pdp: check }, 0);
  answer.resolve('wrong');
  expect(await forgetful()).toEqual({ pdp: 'wrong' });
  expect(await forgetful()).toEqual({ pdp: 'wrong' });
  expect(asked).toBe(3);
});

test('an unavailable component is checked again soon, a healthy one is not', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const states: ComponentState[] = ['unavailable', 'ok', 'wrong'];
  const readiness = createReadiness({ pdp: async () => states.shift() ?? 'ok' }, 2_000);
  const seen: unknown[] = [];
  for (const later of [0, 199, 1, 1_999, 1]) {
    vi.advanceTimersByTime(later);
    seen.push((await readiness()).pdp);
  }
  expect(seen).toEqual(['unavailable', 'unavailable', 'ok', 'ok', 'wrong']);
});
