import * as fc from 'fast-check';

// A Vitest setup file. Mutants make many property tests fail, and shrinking takes longer than all tests together.
fc.configureGlobal({ endOnFailure: true });
