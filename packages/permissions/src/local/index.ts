export { createLocalDecider, type LocalControls } from './create-local-decider.ts';
export type { Disagreement, LocalDeciderOptions, LocalStatus } from './local-options.ts';
export { FactsLimitError, UnsteadyListError } from './local-errors.ts';
