export interface ParsedEmails {
  /** Unique, in lower case, in their order. */
  readonly emails: readonly string[];
  /** Invalid entries, as they were typed. */
  readonly malformed: readonly string[];
}

/**
 * The addresses in a text that was pasted from a list, a spreadsheet or a mail (`Ann Lee <ann@example.com>`). Validated
 * by the browser, because a library would be loaded with every page. The server validates again.
 */
export function parseEmails(text: string): ParsedEmails {
  const field = Object.assign(document.createElement('input'), { type: 'email' });
  const isEmail = (word: string): boolean => {
    field.value = word;
    return field.validity.valid && field.value !== '';
  };
  const emails = new Set<string>();
  const malformed = new Set<string>();
  for (const entry of text.split(/[,;\n\t]+/)) {
    const [, inBrackets] = /<([^<>]*)>\s*$/.exec(entry) ?? [];
    for (const word of (inBrackets ?? entry).trim().split(/\s+/)) {
      if (word === '') continue;
      const email = word.toLowerCase();
      if (isEmail(email)) emails.add(email);
      else malformed.add(word);
    }
  }
  return { emails: [...emails], malformed: [...malformed] };
}
