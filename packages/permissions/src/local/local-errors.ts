/** There are more facts than the process is told to keep. */
export class FactsLimitError extends Error {
  override readonly name = 'FactsLimitError';
  /** Stable, for programs. */
  readonly code = 'LOCAL_FACTS_LIMIT';
  constructor(list: string, count: number, max: number) {
    super(`Permit has ${count} ${list.replaceAll('_', ' ')}, and \`maxFacts\` is ${max}: the PDP decides.`);
  }
}

/** A list did not come as a whole: it changed while it was read, or pages are cut short. */
export class UnsteadyListError extends Error {
  override readonly name = 'UnsteadyListError';
  /** Stable, for programs. */
  readonly code = 'LOCAL_LIST_UNSTEADY';
  constructor(list: string) {
    super(
      `Permit's list of ${list.replaceAll('_', ' ')} did not come as a whole, however often it was read.`,
    );
  }
}
