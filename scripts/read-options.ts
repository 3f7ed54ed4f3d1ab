import { parseArgs, type ParseArgsConfig } from 'node:util';

/** Prints the usage for `--help`; for an unknown option, exits with code 1. */
export function readOptions<const Options extends NonNullable<ParseArgsConfig['options']>>(
  usage: string,
  options: Options,
): ReturnType<typeof parseArgs<{ options: Options }>>['values'] {
  const given = process.argv.slice(2);
  // `pnpm start -- --json` also passes the two dashes.
  const args = given[0] === '--' ? given.slice(1) : given;
  if (args.includes('--help')) {
    process.stdout.write(usage);
    process.exit(0);
  }
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return process.exit(1);
  }
}
