import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Vitest's own order, after the files that are slow by nature, most of their time waiting: for a process, a deadline, a build.
 * What starts last alone decides when the run ends, and a fresh clone knows no durations yet.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files); // oxlint-disable-line unicorn/no-array-sort -- not that of an array
    return sorted.toSorted((one, other) => Number(isSlow(other)) - Number(isSlow(one)));
  }
}

const isSlow = ({ moduleId }: TestSpecification): boolean => moduleId.includes('.slow.test.');
