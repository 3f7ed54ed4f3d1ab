import * as z from 'zod/mini';

export interface ParsedEmails {
  /** Each once, in small letters, in their order. */
  readonly emails: readonly string[];
  /** What is no address, as it was typed. */
  readonly malformed: readonly string[];
}

const Email = z.email();

/** The addresses in a text: pasted from a list, a spreadsheet or a mail (`Ann Lee <ann@example.com>`). */
export function parseEmails(text: string): ParsedEmails {
  const emails = new Set<string>();
  const malformed = new Set<string>();
  for (const entry of text.split(/[,;\n\t]+/)) {
    const [, inBrackets] = /<([^<>]*)>\s*$/.exec(entry) ?? [];
    for (const word of (inBrackets ?? entry).trim().split(/\s+/)) {
      if (word === '') continue;
      const email = word.toLowerCase();
      if (Email.safeParse(email).success) emails.add(email);
      else malformed.add(word);
    }
  }
  return { emails: [...emails], malformed: [...malformed] };
}
