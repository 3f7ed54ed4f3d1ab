import { defineConfig } from 'tsdown';

/**
 * The server as it ships: one program with all that it imports, which starts in half the time of its 1,500 modules. The names of
 * functions stay, so that the stack of an error can be read. `start` and the browser tests run it.
 */
export default defineConfig({
  entry: 'src/main.ts',
  platform: 'node',
  target: 'node24',
  fixedExtension: false,
  dts: false,
  deps: {
    alwaysBundle: [/./],
    // PostgreSQL's programs are for development. pg has an optional binding to its C library, which is not used.
    neverBundle: ['@latchkey/embedded-postgres', 'pg-native'],
    onlyBundle: false,
  },
  minify: { compress: true, mangle: false },
  // Drizzle reads its migrations beside the code that applies them.
  copy: 'src/platform/database/migrations',
});
