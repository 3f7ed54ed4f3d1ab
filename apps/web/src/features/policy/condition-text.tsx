import type { ReactNode } from 'react';
import { useTranslation } from '../../i18n/use-translation.tsx';
import { isRole } from '../../policy.ts';

/** The operators that have messages; others are shown unchanged. */
const operators = [
  'equals',
  'not-equals',
  'less-than',
  'less-than-equals',
  'greater-than',
  'greater-than-equals',
  'contains',
  'in',
  'array_contains',
] as const;

const attributes: Readonly<Record<string, 'roles' | 'clearance' | 'classification'>> = {
  'user.roles': 'roles',
  'user.clearance': 'clearance',
  'resource.classification': 'classification',
};

export function ConditionText({ condition }: { readonly condition: object }): ReactNode {
  const { t } = useTranslation();
  const parts = Object.entries(condition).map(([key, value]) => <Part key={key} name={key} value={value} />);
  if (parts.length <= 1) return parts;
  return <Group label={t('policy.condition.all')}>{parts}</Group>;
}

function Part({ name, value }: { readonly name: string; readonly value: unknown }): ReactNode {
  const { t } = useTranslation();
  switch (name) {
    case 'not':
      return (
        <Group label={t('policy.condition.not')}>
          {isObject(value) && [<ConditionText key="not" condition={value} />]}
        </Group>
      );
    case 'allOf':
    case 'and':
      return <Group label={t('policy.condition.all')}>{textsOf(value)}</Group>;
    case 'anyOf':
    case 'or': {
      const same = sameQuestion(value);
      if (same === null) return <Group label={t('policy.condition.any')}>{textsOf(value)}</Group>;
      return <Comparison {...same} />;
    }
    default:
      return isObject(value)
        ? Object.entries(value).map(([operator, operand]) => (
            <Comparison key={operator} path={name} operator={operator} values={[operand]} />
          ))
        : null;
  }
}

function Group(props: { readonly label: string; readonly children: ReactNode }): ReactNode {
  return (
    <div>
      <p className="text-sm text-muted">{props.label}</p>
      <ul className="ml-4 list-disc marker:text-line-strong">{props.children}</ul>
    </div>
  );
}

function textsOf(value: unknown): ReactNode[] {
  const conditions: readonly unknown[] = Array.isArray(value) ? value : [];
  return conditions.filter(isObject).map((condition) => (
    <li key={JSON.stringify(condition)} className="py-0.5">
      <ConditionText condition={condition} />
    </li>
  ));
}

/** One comparison as text: `path operator value`. Several values are alternatives. */
function Comparison(props: {
  readonly path: string;
  readonly operator: string;
  readonly values: readonly unknown[];
}): ReactNode {
  const { path, operator, values } = props;
  const { t, i18n } = useTranslation();
  const known = operators.find((one) => one === operator);
  const alternatives = values.flatMap((value): readonly unknown[] =>
    operator === 'in' && Array.isArray(value) ? value : [value],
  );
  const texts = alternatives.map((value) => {
    if (path === 'user.roles' && typeof value === 'string' && isRole(value)) return t(`role.${value}`);
    return typeof value === 'string' ? t('policy.condition.quoted', { value }) : JSON.stringify(value);
  });
  const value = new Intl.ListFormat(i18n.language, { type: 'disjunction' }).format(texts);
  if (known === undefined)
    return (
      <code className="font-mono text-xs">
        {path} {operator} {value}
      </code>
    );
  const attribute = attributes[path];
  const name = attribute === undefined ? path : t(`policy.condition.attribute.${attribute}`);
  return <span title={path}>{t(`policy.condition.operator.${known}`, { attribute: name, value })}</span>;
}

/** What all conditions share, to show them as one text: `a is x, y or z`. `null` if they share nothing. */
function sameQuestion(
  value: unknown,
): { readonly path: string; readonly operator: string; readonly values: readonly unknown[] } | null {
  const conditions: readonly unknown[] = Array.isArray(value) ? value : [];
  const questions = conditions.map((condition) => {
    const [path, ...others] = isObject(condition) ? Object.entries(condition) : [];
    if (path === undefined || others.length > 0 || !isObject(path[1])) return null;
    const [comparison, ...more] = Object.entries(path[1]);
    return comparison === undefined || more.length > 0
      ? null
      : { path: path[0], operator: comparison[0], value: comparison[1] as unknown };
  });
  const [first] = questions;
  if (first === undefined || first === null) return null;
  const { path, operator } = first;
  const values = questions.flatMap((one) =>
    one !== null && one.path === path && one.operator === operator ? [one.value] : [],
  );
  return values.length === questions.length ? { path, operator, values } : null;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
