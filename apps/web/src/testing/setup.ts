import '@testing-library/jest-dom/vitest';
import { configure } from '@testing-library/dom';
import { beforeEach } from 'vitest';

// The default of one second is too short on a busy machine: the first page of a test loads its modules.
configure({ asyncUtilTimeout: 60_000 });

// Typed text is stored for the tab, and each test is a separate tab. Some tests do not run in a browser environment.
beforeEach(() => {
  if ('sessionStorage' in globalThis) sessionStorage.clear();
});
