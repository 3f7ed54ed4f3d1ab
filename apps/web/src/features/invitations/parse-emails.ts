export interface ParsedEmails {
  /** Each once, in small letters, in their order. */
  readonly emails: readonly string[];
  /** What is no address, as it was typed. */
  readonly malformed: readonly string[];
}

/**
 * The addresses in a text: pasted from a list, a spreadsheet or a mail (`Ann Lee <ann@example.com>`). What an address is says the
 * browser: a library's rule would be loaded with every page. The server looks at each address again.
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
