import * as fc from 'fast-check';

// A Vitest setup file. Mutants make many properties fail, and shrinking takes longer than all other tests.
fc.configureGlobal({ endOnFailure: true });
