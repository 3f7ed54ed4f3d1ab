import '@testing-library/jest-dom/vitest';
import { configure } from '@testing-library/dom';
import { beforeEach } from 'vitest';

// The default of one second is too short on a busy machine: the first page of a test loads its modules.
configure({ asyncUtilTimeout: 60_000 });

// What a person has typed is kept for the tab: a test is a tab of its own. Some tests are no browser.
beforeEach(() => {
  if ('sessionStorage' in globalThis) sessionStorage.clear();
});
