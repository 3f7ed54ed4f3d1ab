// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, within } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { GateQuestion } from '../core/gate-question.ts';
import { permissionsOf, rolesGranting } from '../core/grants.ts';
import type { PermissionOf, Policy, RoleOf } from '../core/policy.ts';
import { createPermissionsReact } from '../react/create-permissions-react.tsx';
import type { Ask } from '../react/gate-store.ts';
import { examplePolicy } from '../testing/fixtures/example.ts';
import { getQueryKey, testPolicy } from '../testing/fixtures/test-policy.ts';
import { GateDevtools } from './gate-devtools.tsx';
import { createPreviewAsk, previewRoles } from './preview-ask.ts';

type Permission = PermissionOf<typeof testPolicy>;
type Role = RoleOf<typeof testPolicy>;
const { PermissionsProvider, useCan, useGate, useGateStore } = createPermissionsReact<typeof testPolicy>({
  getQueryKey,
});

let asked: GateQuestion[];
let clicked: number;
beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  clicked = 0;
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const ask: Ask<Permission, Role> = async (questions) => {
  asked.push(...questions);
  await new Promise((resolve) => setTimeout(resolve, 40));
  return questions.map((question) =>
    'permission' in question
      ? { state: 'allowed' }
      : {
          state: 'denied',
          permission: 'reports:publish',
          reason: 'no_permission',
          grantedBy: ['admin'],
          grantedByInstanceRoles: ['owner'],
        },
  );
};
const publish = {
  useMutation: () => ({ mutate: (_input: { id: string }) => {} }),
  path: 'reports.publish',
};
function PublishButton(): ReactNode {
  const { state } = useGate(publish, { id: '1' });
  return (
    <button type="button" onClick={() => (clicked += 1)}>
      Publish: {state}
    </button>
  );
}
function CreateLink(): ReactNode {
  return <p>Create: {useCan('reports:create', undefined).state}</p>;
}
function Devtools(): ReactNode {
  return (
    <GateDevtools
      policy={testPolicy}
      store={useGateStore()}
      gates={{ 'reports.publish': 'reports:publish & reports:view' }}
    />
  );
}

const pass = (milliseconds: number): Promise<void> =>
  act(async () => {
    await vi.advanceTimersByTimeAsync(milliseconds);
  });
const tools = () => {
  const root = document.querySelector('latchkey-devtools')?.shadowRoot?.querySelector<HTMLElement>('.root');
  if (root == null) throw new TypeError('There are no developer tools.');
  return within(root);
};
const show = async () => {
  const page = render(
    <PermissionsProvider
      scope="ann@acme"
      ask={ask}
      initialAnswers={[[{ permission: 'members:view' }, { state: 'allowed' }]]}
    >
      <PublishButton />
      <CreateLink />
      <MembersLink />
      <Devtools />
    </PermissionsProvider>,
  );
  await pass(300);
  fireEvent.click(tools().getByRole('button', { name: '3 gates' }));
  return page;
};
function MembersLink(): ReactNode {
  return <p>Members: {useCan('members:view').state}</p>;
}
const rows = (): (string | null)[] =>
  tools()
    .getAllByRole('listitem')
    .map(({ textContent }) => textContent);

test('lists every gate on the page with its permission, reason, source and latency', async () => {
  await show();
  expect(rows()).toEqual([
    'members:view allowedmembers:viewinitial',
    'reports.publish {"id":"1"}deniedreports:publish & reports:viewrequest · 40 ms' +
      'reports:publish: no_permission; granted by admin, reports#owner',
    'reports:create allowedreports:createrequest · 40 ms',
  ]);
});

test('lists a gate once when several components use it', async () => {
  render(
    <PermissionsProvider scope="ann@acme" ask={ask}>
      <CreateLink />
      <Devtools />
    </PermissionsProvider>,
  );
  await pass(300);
  fireEvent.click(tools().getByRole('button', { name: '1 gate' }));
  expect(tools().getByRole('heading', { name: '1 gate on this page' })).toBeDefined();
});

test('picking an element finds its gates and does not click the page', async () => {
  const page = await show();
  const button = page.getByRole('button', { name: /Publish/ });
  fireEvent.click(tools().getByRole('button', { name: 'Point at the page' }));
  fireEvent(button, new MouseEvent('pointermove', { bubbles: true }));
  expect(document.querySelector('latchkey-devtools')?.shadowRoot?.querySelector('.mark')).not.toBeNull();
  fireEvent.click(button);
  expect(clicked).toBe(0);
  expect(tools().getByRole('button', { current: true }).textContent).toContain('reports.publish');
  fireEvent.click(button);
  expect(clicked).toBe(1);
});

test('a preview answers the gates as a role, sends no request, and is labelled until it ends', async () => {
  const page = await show();
  const before = asked.length;
  const preview = async (role: string) => {
    fireEvent.change(tools().getByRole('combobox', { name: 'Preview as' }), { target: { value: role } });
    await pass(300);
  };
  await preview('viewer');
  expect(tools().getByRole('alert').textContent).toContain('Preview as viewer');
  expect(page.getByText(/Create/).textContent).toBe('Create: denied');
  await preview('admin');
  expect(page.getByText(/Publish/).textContent).toBe('Publish: allowed');
  expect(asked).toHaveLength(before);
  fireEvent.click(tools().getByRole('button', { name: 'End preview' }));
  await pass(300);
  expect(tools().queryByRole('alert')).toBeNull();
  expect(page.getByText(/Publish/).textContent).toBe('Publish: denied');
  expect(asked.length).toBeGreaterThan(before);
});

/** An instance role grants only permissions of its own resource. */
async function previewed(policy: Policy, role: string): Promise<string[]> {
  const [resource = '', instanceRole] = role.split('#');
  const instance = instanceRole === undefined ? undefined : '7';
  const questions = permissionsOf(policy)
    .filter((permission) => instance === undefined || permission.startsWith(`${resource}:`))
    .map((permission) => ({ permission, instance }));
  const answers = await createPreviewAsk(policy, {}, role)(questions);
  return questions.flatMap(({ permission }, index) =>
    answers[index]?.state === 'allowed' ? [permission] : [],
  );
}

const granted = (policy: Policy, role: string): string[] =>
  permissionsOf(policy).filter((permission) => {
    const { tenant, instance } = rolesGranting(policy, permission);
    return [...tenant, ...instance].includes(role);
  });

test.each(previewRoles(testPolicy))('a preview as %s allows what the policy table grants', async (role) => {
  expect(await previewed(testPolicy, role)).toEqual(granted(testPolicy, role));
});

test.each(previewRoles(examplePolicy))(
  'a preview as %s of a policy with relations and rules allows at least what the policy table grants',
  async (role) => {
    expect(await previewed(examplePolicy, role)).toEqual(
      expect.arrayContaining(granted(examplePolicy, role)),
    );
  },
);

test('shows gates with several permissions, and gates without any', async () => {
  const preview = createPreviewAsk(
    testPolicy,
    { all: 'reports:view & members:view', any: 'reports:view | members:view' },
    'viewer',
  );
  const states = (await preview([{ path: 'all' }, { path: 'any' }, { path: 'constructor' }])).map(
    ({ state }) => state,
  );
  expect(states).toEqual(['denied', 'allowed', 'allowed']);
});
