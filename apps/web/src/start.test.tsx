import { act, screen } from '@testing-library/react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { start } from './start.tsx';
import { createStubNetwork, type Fault, type StubNetwork } from './testing/stub-network.ts';

let root: Root;
let network: StubNetwork;

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  vi.stubGlobal('scrollTo', () => {});
  network = createStubNetwork(() =>
    Promise.resolve(
      Response.json({ logto: { endpoint: 'http://logto.example', appId: 'console' }, apiResource: 'api' }),
    ),
  );
  vi.stubGlobal('fetch', network.fetch);
  root = createRoot(document.body.appendChild(document.createElement('div')));
});
afterEach(() => act(() => root.unmount()));

test.each([
  ['refused', 1_000],
  ['reset', 1_000],
  ['half an answer', 1_000],
  ['garbage', 1_000],
  ['hanging', 16_000],
] as const satisfies readonly (readonly [Fault, number])[])(
  'if the settings cannot be loaded (%s), the page says so, and starts automatically later',
  async (fault, known) => {
    network.break(fault);
    void start(root);
    await vi.advanceTimersByTimeAsync(known);
    expect(await screen.findByRole('heading', { name: 'Latchkey couldn’t start' })).toBeVisible();
    network.mend();
    await vi.advanceTimersByTimeAsync(21_000);
    expect(await screen.findByRole('button', { name: 'Create account' })).toBeVisible();
  },
);
