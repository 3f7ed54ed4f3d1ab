const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * How dates are written in a language. Made once for the same options, and again in another time zone: to make one takes up to a
 * millisecond, and a list has two in each row.
 */
export function dateFormat(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${new Date().getTimezoneOffset()} ${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (format === undefined) formats.set(key, (format = new Intl.DateTimeFormat(language, options)));
  return format;
}
