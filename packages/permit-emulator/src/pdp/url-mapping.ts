import type { MappingRule } from '../model/records.ts';

/* Finds the mapping rule for a URL, and the values it captures, as `MappingRulesUtils` of the PDP does (https://github.com/permitio/PDP). */

const variable = /^\{(.*)\}$/;

function split(url: string): { readonly parts: string[]; readonly query: URLSearchParams | undefined } {
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  return {
    parts: path.split('/'),
    query: mark === -1 ? undefined : new URLSearchParams(url.slice(mark + 1)),
  };
}

/** Python's `re.match`: anchored at the start only. An invalid expression never matches. */
function pythonMatch(pattern: string, url: string): RegExpExecArray | null {
  try {
    return new RegExp(`^(?:${pattern.replaceAll('(?P<', '(?<')})`).exec(url);
  } catch {
    return null;
  }
}

/**
 * The captured values, when the template matches the URL including scheme and host. The PDP captures from the path
 * without removing the query: a variable in the last segment of a template with a query is not captured by its name.
 */
function matchTemplate(template: string, url: string): Record<string, string> | undefined {
  const rule = split(template);
  const actual = split(url);
  if (rule.parts.length !== actual.parts.length) return undefined;
  for (const [index, part] of rule.parts.entries()) {
    if (!variable.test(part) && part !== actual.parts[index]) return undefined;
  }
  const captured = capturedIn(template.split('/'), url.split('/'));
  for (const [key, expected] of rule.query ?? []) {
    const value = actual.query?.getAll(key).at(-1);
    if (value === undefined) return undefined;
    const name = variable.exec(expected)?.[1];
    if (name !== undefined) captured[name] = value;
    else if (expected !== value) return undefined;
  }
  return captured;
}

function capturedIn(rule: readonly string[], url: readonly string[]): Record<string, string> {
  if (rule.length !== url.length) return {};
  const captured = rule.flatMap((part, index) => {
    const name = variable.exec(part)?.[1];
    return name === undefined ? [] : [[name, url[index] ?? '']];
  });
  return Object.fromEntries(captured);
}

function matchRule(rule: MappingRule, url: string): Record<string, string> | undefined {
  if (rule.url_type !== 'regex') return matchTemplate(rule.url, url);
  const match = pythonMatch(rule.url, url);
  return match === null ? undefined : { ...match.groups };
}

export interface Mapped {
  readonly rule: MappingRule;
  /** Captured from the URL. They become attributes of the resource. */
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * The matching rule with the highest priority; of equals, the first. Methods are compared without regard to case.
 */
export function mapUrl(rules: Iterable<MappingRule>, method: string, url: string): Mapped | undefined {
  let best: Mapped | undefined;
  for (const rule of rules) {
    if (rule.http_method.toLowerCase() !== method.toLowerCase()) continue;
    if (best !== undefined && (rule.priority ?? 0) <= (best.rule.priority ?? 0)) continue;
    const attributes = matchRule(rule, url);
    if (attributes !== undefined) best = { rule, attributes };
  }
  return best;
}
