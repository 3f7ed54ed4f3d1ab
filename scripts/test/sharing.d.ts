/**
 * The files of a package share a few processes, and what these have loaded: to start a process and to load a package in it
 * costs more than most files. A test that replaces a module (`vi.mock`) needs a process in which nobody has loaded it yet: its
 * name ends in `.isolated.test.ts`.
 */
export declare const sharing: {
  isolate: boolean;
  exclude: string[];
  testTimeout: number;
  hookTimeout: number;
};
