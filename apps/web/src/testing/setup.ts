import '@testing-library/jest-dom/vitest';
import { configure } from '@testing-library/dom';

// The default of one second is too short on a busy machine: the first page of a test loads its modules.
configure({ asyncUtilTimeout: 20_000 });
