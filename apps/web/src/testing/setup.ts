import '@testing-library/jest-dom/vitest';
import { cleanup, configure } from '@testing-library/react';
import { afterEach, beforeEach, vi } from 'vitest';
import { notify } from '../ui/notice.tsx';

// The default of one second is too short on a busy machine: the first page of a test loads its modules.
configure({ asyncUtilTimeout: 60_000 });

// Each test is a separate browser. Some tests do not run in a browser environment.
beforeEach(() => {
  if ('sessionStorage' in globalThis) sessionStorage.clear();
  if ('localStorage' in globalThis) localStorage.clear();
});
afterEach(() => {
  cleanup();
  notify(null);
  vi.useRealTimers();
});
