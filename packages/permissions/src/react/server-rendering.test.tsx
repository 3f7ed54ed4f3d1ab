// @vitest-environment jsdom
import { act } from '@testing-library/react';
import { lazy, Suspense, useEffect, type ReactNode } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToReadableStream } from 'react-dom/server.edge';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { recordAnswers } from '../fetch/create-server-gates.ts';
import type { GateAnswer, GateAnswers, GateQuestion } from '../core/gate-question.ts';
import type { PermissionOf, RoleOf } from '../core/policy.ts';
import { getQueryKey, type testPolicy } from '../testing/fixtures/test-policy.ts';
import { createPermissionsReact } from './create-permissions-react.tsx';
import type { Ask } from './gate-store.ts';

type Permission = PermissionOf<typeof testPolicy>;
type Role = RoleOf<typeof testPolicy>;
const { PermissionsProvider, useCan, useGates, useGateSuspense, useInvalidateGates } = createPermissionsReact<
  typeof testPolicy
>({ getQueryKey });

let asked: GateQuestion[];
let unmount: () => void;
beforeEach(() => {
  asked = [];
  rendered = 0;
  unmount = () => {};
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
});
afterEach(() => {
  act(() => unmount());
  document.body.replaceChildren();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const denied: GateAnswer<Permission, Role> = {
  state: 'denied',
  permission: 'reports:publish',
  reason: 'no_permission',
  grantedBy: ['admin'],
  grantedByInstanceRoles: [],
};
const ask: Ask<Permission, Role> = (questions) => {
  asked.push(...questions);
  return Promise.resolve(questions.map(() => denied));
};
const publish = {
  useMutation: () => ({ mutate: (_input: { id: string }) => {} }),
  path: 'reports.publish',
};
const questions = [
  { permission: 'reports:publish', instance: '1' },
  { permission: 'reports:view', instance: '1' },
] as const;

let rendered: number;
function Buttons(): ReactNode {
  useEffect(() => {
    rendered += 1;
  });
  const [view] = useGates('reports:view', ['1']);
  return `${useCan('reports:publish', '1').state} ${view?.state}`;
}
function Waiting(): ReactNode {
  return useGateSuspense(publish, { id: '1' }).state;
}
const page = (
  children: ReactNode,
  props: { ask: Ask<Permission, Role>; initialAnswers?: GateAnswers<Permission, Role> },
) => (
  <PermissionsProvider scope="ann@acme" {...props}>
    <main>
      <Suspense fallback="waiting">{children}</Suspense>
    </main>
  </PermissionsProvider>
);

async function renderOnServer(element: ReactNode): Promise<string> {
  const stream = await renderToReadableStream(element);
  await stream.allReady;
  return new Response(stream).text();
}

/** Returns all texts that the page showed, starting with the server's, and the errors, which are mismatches. */
async function hydrate(html: string, element: ReactNode): Promise<{ texts: string[]; errors: unknown[] }> {
  document.body.innerHTML = html;
  const main = document.querySelector('main');
  const texts = [main?.textContent ?? ''];
  const errors: unknown[] = [];
  const observer = new MutationObserver(() => texts.push(document.querySelector('main')?.textContent ?? ''));
  observer.observe(document.body, { childList: true, characterData: true, subtree: true });
  await act(async () => {
    const root = hydrateRoot(document.body, element, { onRecoverableError: (error) => errors.push(error) });
    unmount = () => root.unmount();
    await Promise.resolve();
  });
  observer.disconnect();
  return { texts, errors };
}

test('the server renders initialAnswers, and the browser hydrates without a flash or a request', async () => {
  const initialAnswers = questions.map((question) => [question, denied] as const);
  const html = await renderOnServer(page(<Buttons />, { ask, initialAnswers }));
  expect(html).toContain('denied denied');
  expect(asked).toEqual([]);
  const { texts, errors } = await hydrate(html, page(<Buttons />, { ask, initialAnswers }));
  expect([new Set(texts), errors, asked]).toEqual([new Set(['denied denied']), [], []]);
  expect(rendered).toBe(1);
});

test("without initialAnswers the server renders the same as the browser's first render, without a request", async () => {
  const html = await renderOnServer(page(<Buttons />, { ask }));
  expect(html).toContain('unknown unknown');
  expect(asked).toEqual([]);
  const { texts, errors } = await hydrate(html, page(<Buttons />, { ask }));
  expect([texts.at(-1), errors]).toEqual(['denied denied', []]);
});

const Part = (): ReactNode => useCan('reports:publish', '1').state;
function Again(): ReactNode {
  const again = useInvalidateGates();
  const { state } = useCan('reports:publish', '1');
  return (
    <button type="button" onClick={again}>
      {state}
    </button>
  );
}
const newer: Ask<Permission, Role> = (questions) =>
  Promise.resolve(questions.map(() => ({ state: 'allowed' })));
const shown = (): string | null | undefined => document.querySelector('main')?.textContent;

test("a late-hydrating part of the page starts with the server's answer, then shows the newer one", async () => {
  const initialAnswers = [[{ permission: 'reports:publish', instance: '1' }, denied] as const];
  const arriving = Promise.withResolvers<{ default: () => ReactNode }>();
  const Late = lazy(() => arriving.promise);
  const whole = (part: ReactNode): ReactNode =>
    page(
      <>
        <Again />
        <Suspense fallback="waiting">{part}</Suspense>
      </>,
      { ask: newer, initialAnswers },
    );
  const html = await renderOnServer(whole(<Part />));
  expect(html).toContain('denied');
  const { errors } = await hydrate(html, whole(<Late />));
  expect(shown()).toBe('denieddenied');
  await act(async () => {
    document.querySelector('button')?.click();
    await Promise.resolve();
  });
  expect(shown()).toBe('alloweddenied');
  await act(async () => {
    arriving.resolve({ default: Part });
    await arriving.promise;
  });
  expect(shown()).toBe('allowedallowed');
  expect(errors).toEqual([]);
});

test('useGateSuspense: the server streams real answers, and the browser starts with the recorded ones', async () => {
  const record = recordAnswers(ask);
  const html = await renderOnServer(page(<Waiting />, { ask: record.ask }));
  expect(html).toContain('denied');
  expect(asked).toHaveLength(1);
  asked = [];
  const initialAnswers = JSON.parse(JSON.stringify(record.answers)) as GateAnswers<Permission, Role>; // oxlint-disable-line typescript/no-unsafe-type-assertion -- the record, sent with the page
  const { texts, errors } = await hydrate(
    '<main><!--$-->denied<!--/$--></main>',
    page(<Waiting />, { ask, initialAnswers }),
  );
  expect([new Set(texts), errors, asked]).toEqual([new Set(['denied']), [], []]);
});

test("useGateSuspense without a record fetches in the browser, and the server's HTML remains until then", async () => {
  const { texts, errors } = await hydrate('<main><!--$-->denied<!--/$--></main>', page(<Waiting />, { ask }));
  expect([new Set(texts), errors]).toEqual([new Set(['denied']), []]);
  expect(asked).toHaveLength(1);
});
