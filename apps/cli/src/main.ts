#!/usr/bin/env node
import { CommanderError } from 'commander';
import { readEnv } from './env.ts';
import { createProgram } from './program.ts';

const program = createProgram({
  permit: () => {
    const { PERMIT_API_URL, PERMIT_API_KEY } = readEnv();
    return { apiUrl: PERMIT_API_URL, apiKey: PERMIT_API_KEY };
  },
  print: (line) => process.stdout.write(`${line}\n`),
  warn: (line) => process.stderr.write(`${line}\n`),
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
