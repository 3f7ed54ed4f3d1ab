// @vitest-environment jsdom
import { act, cleanup, render, screen } from '@testing-library/react';
import { Suspense, type ReactNode } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { GateQuestion } from '../core/gate-question.ts';
import type { PermissionOf, RoleOf } from '../core/policy.ts';
import { getQueryKey, type testPolicy } from '../testing/fixtures/test-policy.ts';
import { createPermissionsReact } from './create-permissions-react.tsx';
import type { Ask } from './gate-store.ts';

const { Can, PermissionsProvider, useCan, useGateSuspense } = createPermissionsReact<typeof testPolicy>({
  getQueryKey,
});

let asked: GateQuestion[];
let allowed: boolean;
let onChange: (() => void) | undefined;
let clicked: number;
beforeEach(() => {
  asked = [];
  allowed = false;
  onChange = undefined;
  clicked = 0;
});
afterEach(cleanup);

const ask: Ask<PermissionOf<typeof testPolicy>, RoleOf<typeof testPolicy>> = (questions) => {
  asked.push(...questions);
  return Promise.resolve(
    questions.map(() =>
      allowed
        ? ({ state: 'allowed' } as const)
        : ({
            state: 'denied',
            permission: 'reports:publish',
            reason: 'no_permission',
            grantedBy: ['admin'],
            grantedByInstanceRoles: ['owner'],
          } as const),
    ),
  );
};
const subscribe = (listener: () => void): (() => void) => {
  onChange = listener;
  return () => {
    onChange = undefined;
  };
};
const show = async (children: ReactNode): Promise<void> => {
  await act(async () => {
    render(
      <PermissionsProvider scope="ann@acme" ask={ask} subscribe={subscribe}>
        {children}
      </PermissionsProvider>,
    );
    await Promise.resolve();
  });
};
const button = (
  <button type="button" onClick={() => (clicked += 1)}>
    Publish
  </button>
);

test('hide: does not render the child without the permission or before the first answer', async () => {
  render(
    <PermissionsProvider scope="ann@acme" ask={ask}>
      <Can do="reports:publish" on="1">
        {button}
      </Can>
    </PermissionsProvider>,
  );
  expect(screen.queryByRole('button')).toBeNull();
  await act(async () => {
    await Promise.resolve();
  });
  expect(screen.queryByRole('button')).toBeNull();
  expect(asked).toEqual([{ permission: 'reports:publish', instance: '1' }]);
});

test('disable: renders a focusable child that ignores clicks', async () => {
  await show(
    <Can do="reports:publish" on="1" mode="disable">
      {button}
    </Can>,
  );
  const found = screen.getByRole('button', { name: 'Publish' });
  found.focus();
  expect(document.activeElement).toBe(found);
  expect(found.getAttribute('aria-disabled')).toBe('true');
  found.click();
  expect(clicked).toBe(0);
});

test('explain: the reason is visible and linked to the button', async () => {
  await show(
    <Can
      do="reports:publish"
      on="1"
      mode="explain"
      reason={(denied) =>
        denied.state === 'denied' ? `Needs ${denied.permission}, held by ${denied.grantedBy.join()}` : ''
      }
    >
      {button}
    </Can>,
  );
  const reason = screen.getByText('Needs reports:publish, held by admin');
  expect(screen.getByRole('button').getAttribute('aria-describedby')).toBe(reason.id);
});

test('explain without a reason: an English one that names who has the permission, and a button that looks disabled', async () => {
  await show(
    <Can do="reports:publish" on="1" mode="explain">
      {button}
    </Can>,
  );
  const reason = screen.getByText('You do not have permission for this. It is granted to: admin, owner.');
  const shown = screen.getByRole('button');
  expect(shown.getAttribute('aria-describedby')).toBe(reason.id);
  expect([shown.style.opacity, shown.style.cursor]).toEqual(['0.5', 'not-allowed']);
});

test('allowed: does not change the child, and shows a reported change immediately', async () => {
  allowed = true;
  await show(
    <Can do="reports:publish" on="1" mode="explain">
      {button}
    </Can>,
  );
  screen.getByRole('button').click();
  expect(clicked).toBe(1);
  allowed = false;
  await act(async () => {
    onChange?.();
    await Promise.resolve();
  });
  expect(screen.getByRole('button').getAttribute('aria-disabled')).toBe('true');
});

test('useGateSuspense: renders the fallback until the answer arrives, and asks once', async () => {
  allowed = true;
  const publish = {
    useMutation: () => ({ mutate: (_input: { id: string }) => {} }),
    path: 'reports.publish',
  };
  function Waiting(): ReactNode {
    return <p>{useGateSuspense(publish, { id: '1' }).state}</p>;
  }
  vi.useFakeTimers();
  render(
    <PermissionsProvider scope="ann@acme" ask={ask}>
      <Suspense fallback={<p>waiting</p>}>
        <Waiting />
      </Suspense>
    </PermissionsProvider>,
  );
  expect(screen.getByText('waiting')).toBeDefined();
  await act(async () => {
    await vi.advanceTimersByTimeAsync(1_000);
  });
  vi.useRealTimers();
  expect(screen.getByText('allowed')).toBeDefined();
  expect(asked).toEqual([{ path: 'reports.publish', input: { id: '1' } }]);
});

test("ignores the order of the input's properties", async () => {
  const procedure = {
    useQuery: (_input: { a: number; b: { c: number; d: number }; e: null }) => null,
    path: 'x',
  };
  function Twice(): ReactNode {
    useGateSuspense(procedure, { a: 1, b: { c: 2, d: 3 }, e: null });
    useGateSuspense(procedure, { e: null, b: { d: 3, c: 2 }, a: 1 });
    return useCan('reports:view', undefined).state;
  }
  await show(
    <Suspense>
      <Twice />
    </Suspense>,
  );
  expect(asked.filter((question) => 'path' in question)).toHaveLength(1);
});

function Several(): ReactNode {
  return [
    useCan('reports:publish', '1'),
    useCan('reports:publish', '2'),
    useCan('reports:publish', undefined),
    useCan('reports:view', '1'),
  ].map(({ state }) => state);
}

test('treats an instance, the resource as a whole, and another permission as different questions', async () => {
  await show(<Several />);
  expect(asked).toEqual([
    { permission: 'reports:publish', instance: '1' },
    { permission: 'reports:publish', instance: '2' },
    { permission: 'reports:publish', instance: undefined },
    { permission: 'reports:view', instance: '1' },
  ]);
});
