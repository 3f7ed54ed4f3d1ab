/** The command line without the two dashes of `pnpm start -- --json`, which pnpm hands on as they are. */
export function givenArguments(): string[] {
  const given = process.argv.slice(2);
  return given[0] === '--' ? given.slice(1) : given;
}
