import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The files that take longest, most of it waiting: for a process, a deadline, a build. Whatever starts last alone decides
 * when the run ends, and a fresh clone knows no durations yet.
 */
const longest = [
  'server/src/fault-matrix.test.ts',
  'server/src/features/sync/worker/crash.test.ts',
  'server/src/gates.test.ts',
  'server/src/features/sync/revocations/revocations.test.ts',
  'server/src/slow-database.test.ts',
  'scripts/packed/next.test.ts',
  'scripts/packed/outside.test.ts',
];

function rankOf({ moduleId }: TestSpecification): number {
  const index = longest.findIndex((path) => moduleId.endsWith(path));
  return index === -1 ? longest.length : index;
}

/** Vitest's own order, after the files that take longest. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files); // oxlint-disable-line unicorn/no-array-sort -- not that of an array
    return sorted.toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}
