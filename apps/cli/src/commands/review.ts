import { setTimeout as sleep } from 'node:timers/promises';
import { rolesOf, type RoleOf } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import { Option } from 'commander';
import { ActionableError } from '../actionable-error.ts';
import type { AddCommand } from '../command-deps.ts';
import { readBounded, writeOutput } from '../files.ts';
import { wholeNumber } from '../options.ts';
import { openServer, type ServerReview } from '../server/connect-server.ts';
import { maxEvidenceBytes, verifyEvidence } from '../review/verify-evidence.ts';

export const addReview: AddCommand = (program, deps) => {
  const review = program.command('review');
  addVerify(review, deps);
  addStart(review, deps);
  addStatus(review, deps);
  addExport(review, deps);
};

const addVerify: AddCommand = (program, deps) => {
  program
    .command('verify')
    .description('check the hash, the signature and every row of the evidence, without the server')
    .argument('<file>', 'the JSON file from the console or "latchkey review export"')
    .option('--key <key>', 'the key id or the public key (base64) that the console shows')
    .addHelpText(
      'after',
      `
Exits with 1 if the file was changed, and lists the changes; with 2 if another key signed it.

Example:
  latchkey review verify november.json --key 3f1c0a9be27d4455`,
    )
    .action(async (file: string, { key }: { readonly key?: string }) => {
      const text = await readBounded(file, maxEvidenceBytes);
      const verified = text === undefined ? undefined : verifyEvidence(text);
      if (verified === undefined)
        throw new ActionableError('EVIDENCE_UNREADABLE', {
          says: `${file} is not the evidence of a review.`,
          fix: 'Download it again as JSON.',
        });
      const { review, rows, removed, replaced, notes, keyId, publicKey, changes } = verified;
      deps.print(
        `${lineOf(review.name)}, closed ${lineOf(review.closedAt)}: ${rows} rows (${removed} removed, ${replaced} changed to a lesser role), ${notes} notes.`,
      );
      for (const change of changes) deps.print(lineOf(change));
      if (changes.length > 0) return deps.exitWith(1);
      if (key !== undefined && key !== keyId && key !== publicKey) {
        deps.print(`It is intact, but signed by another key: ${keyId}.`);
        return deps.exitWith(2);
      }
      deps.print(
        key === undefined
          ? `Valid. Signed by the key ${keyId}: compare it with the one that the console shows.`
          : `Valid, and signed by the key ${keyId}.`,
      );
    });
};

/** A text of the file in one line, so that it cannot look like a line of this command. */
function lineOf(text: string): string {
  return text.slice(0, 1_000).replaceAll(/\p{Cc}+/gu, ' ');
}

interface StartOptions {
  readonly name: string;
  readonly scope: 'all' | 'privileged' | 'machines' | 'inactive';
  readonly reviewers: RoleOf<typeof policy>;
  readonly days: number;
}

const addStart: AddCommand = (program, deps) => {
  program
    .command('start')
    .description('start an access review, from your scheduler')
    .requiredOption('--name <name>', 'the name')
    .addOption(
      new Option('--scope <scope>', 'what is reviewed')
        .choices(['all', 'privileged', 'machines', 'inactive'])
        .default('all'),
    )
    .addOption(
      new Option('--reviewers <role>', 'the role of the reviewers').choices(rolesOf(policy)).default('admin'),
    )
    .option('--days <number>', 'days until it is due', wholeNumber(1, 999, 'days'), 14)
    .addHelpText('after', '\nExample:\n  latchkey review start --name "Q4 administrators" --scope privileged')
    .action(async ({ name, scope, reviewers, days: due }: StartOptions) => {
      const server = openServer(deps);
      const { id } = await server.call((api) =>
        api.reviews.create.mutate({
          name,
          scope: { kind: scope },
          reviewers: { kind: 'role', role: reviewers },
          dueAt: new Date(Date.now() + due * 86_400_000).toISOString(),
        }),
      );
      using signal = deps.interruption();
      deps.warn(`Created ${id}. Reading its users and roles…`);
      try {
        await server.call(async (api) => {
          await prepared(() => api.reviews.get.query({ id }), signal);
          await api.reviews.start.mutate({ id });
        });
      } catch (error) {
        deps.warn(
          `The review ${id} was created, but not started. Start it in the console: this command would create another one.`,
        );
        throw error;
      }
      deps.print(id);
    });
};

/** Resolves when the server has read the population, the rows to review. */
async function prepared(read: () => Promise<ServerReview>, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const { status, failure } = await read(); // oxlint-disable-line no-await-in-loop -- polls
    if (status !== 'preparing') return;
    if (failure !== null)
      throw new ActionableError(failure, {
        says: `The population cannot be read yet: ${failure}.`,
        fix: 'The server retries until the review is a draft; then it can be started.',
      });
    await sleep(500, undefined, { signal }); // oxlint-disable-line no-await-in-loop
  }
}

const addStatus: AddCommand = (program, deps) => {
  program
    .command('status')
    .description('list the access reviews with their progress')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExits with 2 if an open review is overdue.')
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const { items } = await openServer(deps).call((api) => api.reviews.list.query());
      const isOverdue = (one: (typeof items)[number]): boolean =>
        one.status === 'open' && Date.parse(one.dueAt) < Date.now();
      if (json) deps.print(JSON.stringify(items));
      else
        for (const one of items)
          deps.print(
            `${one.id}  ${one.status.padEnd(9)}  ${one.decided}/${one.rows}  due ${one.dueAt.slice(0, 10)}${isOverdue(one) ? ' (overdue)' : ''}  ${one.name}`,
          );
      if (items.some(isOverdue)) deps.exitWith(2);
    });
};

const addExport: AddCommand = (program, deps) => {
  program
    .command('export')
    .description('save the evidence of a closed access review')
    .argument('<id>', 'the id from "latchkey review status"')
    .addOption(
      new Option('--format <format>', 'only JSON can be verified').choices(['json', 'csv']).default('json'),
    )
    .requiredOption('--out <file>', 'the file to write')
    .action(async (id: string, { format, out }: { readonly format: string; readonly out: string }) => {
      const query = `/api/reviews/${encodeURIComponent(id)}/evidence?format=${format}`;
      await writeOutput(out, await openServer(deps).download(query));
      deps.print(out);
    });
};
