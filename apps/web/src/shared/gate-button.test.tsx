import type { AppPermission, AppRole } from '@latchkey/policy';
import type { GateState } from '@latchkey/permissions/react';
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { render, screen } from '@testing-library/react';
import { I18nProvider } from '../i18n/use-translation.tsx';
import { expect, test } from 'vitest';
import { createI18n } from '../i18n/i18n.ts';
import type { Language } from '../i18n/language.ts';
import { GateButton } from './gate-button.tsx';

type Gate = GateState<AppPermission, AppRole>;

async function reasonOf(gate: Gate, language: Language): Promise<string> {
  const i18n = await createI18n(language);
  // The button contains links, which need a router.
  const page = createRootRoute({
    staticData: { page: null },
    component: () => (
      <GateButton gate={gate} label="Do it">
        <button type="button">Do it</button>
      </GateButton>
    ),
  });
  const router = createRouter({ routeTree: page, history: createMemoryHistory() });
  await router.load();
  render(
    <I18nProvider i18n={i18n}>
      {/* oxlint-disable-next-line typescript/no-unsafe-type-assertion -- not the app's router, which the type expects */}
      <RouterProvider router={router as never} />
    </I18nProvider>,
  );
  const describedBy = screen.getByRole('button', { name: 'Do it' }).getAttribute('aria-describedby') ?? '';
  return document.getElementById(describedBy)?.textContent ?? '';
}

const denied = (
  permission: AppPermission,
  grantedBy: AppRole[],
  grantedByInstanceRoles: string[],
): Extract<Gate, { readonly state: 'denied' }> => ({
  state: 'denied',
  permission,
  reason: 'no_permission',
  grantedBy,
  grantedByInstanceRoles,
});
const byRule: Gate = {
  ...denied('reports:view-confidential', ['admin'], []),
  grantedByRules: [{ userSet: 'cleared', resourceSet: 'confidential', text: 'Cleared on Confidential' }],
};

test.each([
  [
    'en',
    denied('reports:publish', ['admin'], ['owner']),
    'Requires “Publish reports”. Available to the report’s owner and administrators.',
  ],
  [
    'en',
    denied('reports:edit', [], ['owner', 'editor']),
    'Requires “Edit reports”. Available to the report’s owner and its editors.',
  ],
  [
    'en',
    denied('reports:create', ['editor', 'admin'], []),
    'Requires “Create reports”. Available to editors and administrators.',
  ],
  [
    'en',
    denied('members:invite', ['admin'], ['a role of a newer policy']),
    'Requires “Invite members”. Available to administrators.',
  ],
  [
    'en',
    denied('collections:edit', ['admin'], ['owner']),
    'Requires “Edit collections”. Available to the collection’s owner and administrators.',
  ],
  [
    'en',
    byRule,
    'Requires “View confidential reports”. Available to administrators. A rule also grants it to others.',
  ],
  [
    'ko',
    byRule,
    '‘기밀 보고서 보기’ 권한이 필요해요. 관리자가 할 수 있어요. 규칙에 따라 할 수 있는 사람도 있어요.',
  ],
  [
    'ko',
    denied('reports:publish', ['admin'], ['owner']),
    '‘보고서 게시’ 권한이 필요해요. 보고서 소유자, 관리자가 할 수 있어요.',
  ],
] as const)(
  '%s: the reason names roles on the report or collection as well as in the organization (%#)',
  async (language, gate, reason) => {
    expect(await reasonOf(gate, language)).toBe(reason);
  },
);

test.each([
  ['en', 'Not available when acting for someone else.'],
  ['ko', '다른 사람을 대신하는 동안에는 쓸 수 없어요.'],
] as const)('%s: shows actors why it is disabled, and offers nothing', async (language, reason) => {
  const gate = { ...denied('members:assign', [], []), reason: 'acting' } as const;
  expect(await reasonOf(gate, language)).toBe(reason);
  expect(screen.queryByRole('link')).toBeNull();
});
