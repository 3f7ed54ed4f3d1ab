import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Vitest's own order, but with slow files first, which mostly wait: for a process, a deadline, a build. A slow file
 * that starts last would determine the duration of the run, and a fresh clone knows no durations yet.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files); // oxlint-disable-line unicorn/no-array-sort -- not an array method
    return sorted.toSorted((one, other) => Number(isSlow(other)) - Number(isSlow(one)));
  }
}

const isSlow = ({ moduleId }: TestSpecification): boolean => moduleId.includes('.slow.test.');
