const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * A cached date format for a language, options and time zone. Creating one takes up to a millisecond, and a list has
 * two in each row.
 */
export function dateFormat(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${new Date().getTimezoneOffset()} ${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (format === undefined) formats.set(key, (format = new Intl.DateTimeFormat(language, options)));
  return format;
}
