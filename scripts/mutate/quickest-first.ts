import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Runs fast test files first: the first test that detects a mutant ends the run. */
export default class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const duration = (file: TestSpecification): number =>
      this.ctx.cache.getTestSpecificationResult(file)?.duration ?? 0;
    return files.toSorted((one, other) => duration(one) - duration(other));
  }
}
