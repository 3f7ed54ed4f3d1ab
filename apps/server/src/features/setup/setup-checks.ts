import { within } from '../../platform/within.ts';

/** In the order in which a new installation completes them. */
const checkNames = ['logto', 'pdp', 'policy', 'administrator', 'management-api', 'webhook'] as const;

export type SetupCheckName = (typeof checkNames)[number];

/** `unknown`: the check is currently unavailable. */
export type SetupCheckState = 'done' | 'todo' | 'unknown';

export interface SetupCheck {
  readonly name: SetupCheckName;
  readonly state: SetupCheckState;
}

/** Each resolves to whether it is done, and rejects when that is unknown. */
export type SetupChecks = Readonly<Record<SetupCheckName, () => Promise<boolean>>>;

/** Milliseconds: the timeout of a check, and the lifetime of its cached result. */
const limits = { deadline: 5_000, age: 3_000 };

/** Runs all checks. Pages poll every few seconds and share the cached results. */
export function createMakeChecks(checks: SetupChecks): () => Promise<readonly SetupCheck[]> {
  const make = async (name: SetupCheckName): Promise<SetupCheck> => {
    const state = checks[name]().then(
      (isDone) => (isDone ? 'done' : 'todo'),
      () => 'unknown' as const,
    );
    return { name, state: await within(limits.deadline, state, () => 'unknown' as const) };
  };
  let made: { readonly at: number; readonly results: Promise<readonly SetupCheck[]> } | undefined;
  return () => {
    if (made === undefined || performance.now() - made.at > limits.age)
      made = { at: performance.now(), results: Promise.all(checkNames.map(make)) };
    return made.results;
  };
}
