import * as fc from 'fast-check';

// A setup file of Vitest. With a fault in the code many properties fail, and shrinking takes longer than all other tests.
fc.configureGlobal({ endOnFailure: true });
