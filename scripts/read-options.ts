import { parseArgs, type ParseArgsConfig } from 'node:util';

/**
 * The options of a script's command line. With `--help` it prints the usage and ends the process; with an option that
 * the script does not know it says which, and ends it as a failure.
 */
export function readOptions<const Options extends NonNullable<ParseArgsConfig['options']>>(
  usage: string,
  options: Options,
): ReturnType<typeof parseArgs<{ options: Options }>>['values'] {
  const given = process.argv.slice(2);
  // `pnpm start -- --json` hands the two dashes on as they are.
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
