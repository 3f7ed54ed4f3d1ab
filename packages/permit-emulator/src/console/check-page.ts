import { html, icons, ui, type Html } from '@latchkey/emulator-kit';
import { check, type AuthorizationResult } from '@latchkey/permit-engine';
import { attributes } from '../schemas/common.ts';
import { allowedState } from './decisions-page.ts';
import type { Show } from './view.ts';

/** The maximum number of suggestions in a field. With more users than this, the form suggests none of them. */
const SUGGESTIONS = 200;

function contextIn(text: string): ReturnType<typeof attributes.safeParse> {
  try {
    return attributes.safeParse(JSON.parse(text.trim() === '' ? '{}' : text));
  } catch {
    return attributes.safeParse(undefined);
  }
}

const keysOf = (records: Iterable<{ readonly key: string }>): string[] =>
  Array.from(records, ({ key }) => key);

const models = [
  ['rbac', 'Roles'],
  ['rebac', 'Relationships'],
  ['abac', 'Conditions'],
] as const;

function verdict({ allow, debug }: AuthorizationResult, asked: string): Html {
  return html`<section class="verdict ${allow ? 'yes' : 'no'}" role="status">
    <p>${allow ? icons.done : icons.failed} ${allow ? 'Allowed' : 'Denied'} <span>${asked}</span></p>
    <ul>
      ${models.map(([id, name]) => {
        const found = debug?.[id];
        return (
          found &&
          html`<li><b>${name}</b><span>${found.reason}</span><small>${allowedState(found.allow)} · ${ui.code(found.code)}</small></li>`
        );
      })}
    </ul>
  </section>`;
}

export const checkPage: Show = ({ state: { env }, query }) => {
  const { user = '', action, type, key = '', tenant = 'default', context: text = '' } = query;
  const context = contextIn(text);
  const result =
    user !== '' && action !== undefined && type !== undefined && context.success
      ? check(env.pdp, {
          user: { key: user },
          action,
          resource: { type, key, tenant: tenant === '' ? undefined : tenant },
          context: context.data,
        })
      : undefined;
  const resources = [...env.resources.values()];
  const fields: readonly (readonly [
    name: string,
    label: string,
    value: string,
    options?: Iterable<string>,
  ])[] = [
    ['user', 'User', user, env.users.size > SUGGESTIONS ? [] : keysOf(env.users.values())],
    ['action', 'Action', action ?? '', new Set(resources.flatMap(({ actions }) => Object.keys(actions)))],
    ['type', 'Resource', type ?? '', keysOf(resources.filter(({ built_in }) => !built_in))],
    ['key', 'Instance', key],
    ['tenant', 'Tenant', tenant, keysOf(env.tenants.values())],
  ];
  return {
    title: 'Try a check',
    purpose: 'Check a permission as an app would, and see the reason. Nothing is logged.',
    body: html`<form class="ask" method="get" action="/console/check">
        <input type="hidden" name="env" value="${env.scope.environment_id}" />
        ${fields.map(
          ([name, label, value, options]) =>
            html`<div>
              <label for="${name}">${label}${name === 'key' ? html` <span>optional</span>` : null}</label>
              <input
                id="${name}"
                name="${name}"
                value="${value}"
                ${['user', 'action', 'type'].includes(name) ? html`required` : null}
                ${options && html`list="${name}-options"`}
                autocomplete="off"
                spellcheck="false"
              />
              ${options && html`<datalist id="${name}-options">${ui.options([...options].slice(0, SUGGESTIONS).map((one) => [one, one]))}</datalist>`}
            </div>`,
        )}
        <div class="wide">
          <label for="context">Context <span>JSON, optional</span></label>
          <textarea
            id="context"
            name="context"
            rows="1"
            spellcheck="false"
            ${context.success ? null : html`aria-invalid="true" aria-describedby="context-error"`}
          >
${text}</textarea>
          ${context.success ? null : html`<p class="wrong" id="context-error">This is not a JSON object.</p>`}
        </div>
        <div class="wide"><button class="primary">Check permission</button></div>
      </form>
      ${result && verdict(result, `${user} · ${action} · ${type}${key && `:${key}`} in ${tenant}`)}`,
  };
};
