// @vitest-environment jsdom
import { act, cleanup, render } from '@testing-library/react';
import * as fc from 'fast-check';
import { useEffect, type ReactNode } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import type { GateAnswer, GateQuestion } from '../core/gate-question.ts';
import type { PermissionOf, RoleOf } from '../core/policy.ts';
import type { testPolicy } from '../testing/fixtures/test-policy.ts';
import { createPermissionsReact } from './create-permissions-react.tsx';
import type { GateState } from './gate-entry.ts';

/*
 * Random histories of a page: gates mount and unmount, facts change, answers arrive in any order or not at all, time
 * passes, the user leaves and returns. The length of `grantedBy` is the number of changes that the server knew.
 */
type Permission = PermissionOf<typeof testPolicy>;
type Role = RoleOf<typeof testPolicy>;
const { PermissionsProvider, useCan, useInvalidateGates } = createPermissionsReact<typeof testPolicy>();

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const gates = ['1', '2', '3'] as const;

/** Decided when the call was made, with the changes that the server knew then. */
interface Call {
  readonly answer: () => void;
  readonly fail: () => void;
}

function Gate(props: {
  readonly gate: string;
  readonly onRender: (state: GateState<Permission, Role>) => void;
}): ReactNode {
  const state = useCan('reports:publish', props.gate);
  useEffect(() => {
    props.onRender(state);
  });
  return null;
}

function Tool({ onRender }: { readonly onRender: (invalidate: () => void) => void }): ReactNode {
  const invalidate = useInvalidateGates();
  useEffect(() => {
    onRender(invalidate);
  });
  return null;
}

class Page {
  readonly calls: Call[] = [];
  /** By mounted gate. */
  readonly shown = new Map<string, GateState<Permission, Role>>();
  readonly #mounted = new Set<string>();
  #changes = 0;
  #invalidate = (): void => {};
  readonly #rerender: (ui: ReactNode) => void;

  constructor() {
    this.#rerender = render(this.#page()).rerender;
  }

  async toggle(gate: string): Promise<void> {
    this.shown.delete(gate);
    if (!this.#mounted.delete(gate)) this.#mounted.add(gate);
    await this.#settle(() => this.#rerender(this.#page()));
  }

  async change(): Promise<void> {
    await this.#settle(() => {
      this.#changes += 1;
      this.#invalidate();
    });
  }

  async settleCall(index: number, outcome: keyof Call): Promise<void> {
    const [call] = this.calls.splice(index % this.calls.length, 1);
    await this.#settle(() => call?.[outcome]());
  }

  async wait(milliseconds: number): Promise<void> {
    await act(() => vi.advanceTimersByTimeAsync(milliseconds));
    this.#check();
  }

  async comeBack(): Promise<void> {
    await this.#settle(() => window.dispatchEvent(new Event('focus')));
  }

  async answerAll(): Promise<void> {
    while (this.calls.length > 0) await this.settleCall(0, 'answer'); // oxlint-disable-line no-await-in-loop -- one by one
  }

  wrongGates(): string[] {
    return [...this.#mounted].filter((gate) => this.#knownBy(gate) !== this.#changes);
  }

  /** `undefined` when the answer is not a decision. */
  #knownBy(gate: string): number | undefined {
    const state = this.shown.get(gate);
    return state?.state === 'denied' ? state.grantedBy.length : undefined;
  }

  async #settle(run: () => unknown): Promise<void> {
    await act(async () => {
      run();
      await vi.advanceTimersByTimeAsync(0);
    });
    this.#check();
  }

  readonly #known = new Map<string, number>();

  /** A newly shown answer must be decided after the last change. Only an answer that was already shown may be older. */
  #check(): void {
    for (const gate of this.#mounted) {
      const known = this.#knownBy(gate);
      if (known === undefined || known === this.#known.get(gate)) continue;
      if (known !== this.#changes)
        throw new TypeError(`Gate ${gate} shows what was before change ${this.#changes}.`);
      this.#known.set(gate, known);
    }
  }

  readonly #ask = (questions: readonly GateQuestion[]): Promise<GateAnswer<Permission, Role>[]> => {
    const grantedBy = Array.from({ length: this.#changes }, () => 'admin' as const);
    const answer = {
      state: 'denied',
      permission: 'reports:publish',
      reason: 'no_permission',
      grantedBy,
      grantedByInstanceRoles: [],
    } as const;
    return new Promise((resolve, reject) => {
      this.calls.push({
        answer: () => resolve(questions.map(() => answer)),
        fail: () => reject(new Error('offline')),
      });
    });
  };

  #page(): ReactNode {
    return (
      <PermissionsProvider scope="ann@acme" ask={this.#ask}>
        <Tool onRender={(invalidate) => (this.#invalidate = invalidate)} />
        {[...this.#mounted].map((gate) => (
          <Gate key={gate} gate={gate} onRender={(state) => this.shown.set(gate, state)} />
        ))}
      </PermissionsProvider>
    );
  }
}

/** Needs no separate model, because the page knows the true state. */
function command(name: string, run: (page: Page) => Promise<void>): fc.AsyncCommand<object, Page> {
  return { check: () => true, run: (_, page) => run(page), toString: () => name };
}

const settle = (index: number, outcome: keyof Call) => async (page: Page) => {
  if (page.calls.length > 0) await page.settleCall(index, outcome);
};

const commands = [
  fc.constantFrom(...gates).map((gate) => command(`toggle ${gate}`, (page) => page.toggle(gate))),
  fc.constant(command('change', (page) => page.change())),
  fc.nat(4).map((index) => command(`answer ${index}`, settle(index, 'answer'))),
  fc.nat(4).map((index) => command(`fail ${index}`, settle(index, 'fail'))),
  fc
    .constantFrom(1_000, 10_000, 31_000, 301_000)
    .map((time) => command(`wait ${time}`, (page) => page.wait(time))),
  fc.constant(command('come back', (page) => page.comeBack())),
];

test('law: a late answer never replaces a newer one, and finally every gate shows the true state', async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 30 }), async (history) => {
      vi.useFakeTimers();
      cleanup();
      const page = new Page();
      await fc.asyncModelRun(() => ({ model: {}, real: page }), history);
      await page.answerAll();
      await page.wait(30_000); // The pause before a retry.
      await page.answerAll();
      expect(page.wrongGates()).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
