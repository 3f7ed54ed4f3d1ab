import { html, type Html } from '@latchkey/emulator-kit';
import { check, type AuthorizationResult, type ModelDebug } from '@latchkey/permit-engine';
import { z } from 'zod';
import { attributes } from '../schemas/common.ts';
import { allowed, denied } from './icons.ts';
import { code, decisionState } from './components.ts';
import type { Page, PageRequest } from './layout.ts';

const models = [
  ['rbac', 'Roles'],
  ['rebac', 'Relationships'],
  ['abac', 'Conditions'],
] as const;

interface Field {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly options?: Iterable<string>;
  readonly required?: boolean;
}

/** The number of suggestions in a field. With more users than that, type the key. */
const SUGGESTIONS = 200;

function field(request: PageRequest, { name, label, hint, options, required }: Field): Html {
  const list = options === undefined ? undefined : [...options].slice(0, SUGGESTIONS);
  return html`<div>
    <label for="${name}"
      >${label} ${hint === undefined ? null : html`<span class="hint">${hint}</span>`}</label
    >
    <input
      id="${name}"
      name="${name}"
      value="${request.query[name] ?? ''}"
      ${required === true ? html`required` : null}
      ${list === undefined ? null : html`list="${name}-options"`}
      autocomplete="off"
      spellcheck="false"
    />
    ${
      list === undefined
        ? null
        : html`<datalist id="${name}-options">
            ${list.map((option) => html`<option value="${option}"></option>`)}
          </datalist>`
    }
  </div>`;
}

function* actions(request: PageRequest): Generator<string> {
  const seen = new Set<string>();
  for (const resource of request.env.resources.values()) {
    for (const action of Object.keys(resource.actions)) if (!seen.has(action)) yield action;
    for (const action of Object.keys(resource.actions)) seen.add(action);
  }
}

function json(text: string | undefined): {
  readonly value?: z.output<typeof attributes>;
  readonly wrong: boolean;
} {
  if (text === undefined || text.trim() === '') return { wrong: false };
  try {
    return { value: attributes.parse(JSON.parse(text)), wrong: false };
  } catch {
    return { wrong: true };
  }
}

function model(name: string, { allow, reason, code: reasonCode }: ModelDebug): Html {
  return html`<li>
    <b>${name}</b><span>${reason}</span><small>${decisionState(allow)} · ${code(reasonCode)}</small>
  </li>`;
}

function verdict(request: PageRequest, { allow, debug }: AuthorizationResult): Html {
  const { user, action, type, key, tenant } = request.query;
  const what = `${user ?? ''} · ${action ?? ''} · ${type ?? ''}${key ? `:${key}` : ''} in ${tenant ?? 'default'}`;
  return html`<section class="verdict ${allow ? 'yes' : 'no'}" role="status">
    <p>${allow ? allowed : denied} ${allow ? 'Allowed' : 'Denied'} <span>${what}</span></p>
    <ul>
      ${models.map(([id, name]) => {
        const found = debug?.[id];
        return found === undefined ? null : model(name, found);
      })}
    </ul>
  </section>`;
}

export function checkPage(request: PageRequest): Page {
  const { env, query } = request;
  const { user, action, type, key, tenant } = query;
  const context = json(query['context']);
  const isComplete = user !== undefined && user !== '' && action !== undefined && type !== undefined;
  const result =
    isComplete && !context.wrong
      ? check(env.pdp, {
          user: { key: user },
          action,
          resource: { type, key, tenant: tenant === '' ? undefined : (tenant ?? 'default') },
          context: context.value,
        })
      : undefined;
  const types = [...env.resources.values()]
    .filter(({ built_in }) => !built_in)
    .map((resource) => resource.key);
  const filled = { ...request, query: { tenant: 'default', ...query } };
  return {
    title: 'Try a check',
    purpose: 'Ask as an app would, and read why. Nothing is logged.',
    body: html`
      <form class="ask" method="get" action="/console/check">
        <input type="hidden" name="env" value="${env.scope.environment_id}" />
        ${field(filled, { name: 'user', label: 'User', options: env.users.size > SUGGESTIONS ? [] : keys(env.users.values()), required: true })}
        ${field(filled, { name: 'action', label: 'Action', options: actions(request), required: true })}
        ${field(filled, { name: 'type', label: 'Resource', options: types, required: true })}
        ${field(filled, { name: 'key', label: 'Instance', hint: 'optional' })}
        ${field(filled, { name: 'tenant', label: 'Tenant', options: keys(env.tenants.values()) })}
        <div class="wide">
          <label for="context">Context <span class="hint">JSON, optional</span></label>
          <textarea
            id="context"
            name="context"
            rows="1"
            spellcheck="false"
            ${context.wrong ? html`aria-invalid="true" aria-describedby="context-error"` : null}
          >
${query['context'] ?? ''}</textarea>
          ${context.wrong ? html`<p class="bad" id="context-error">This is not a JSON object.</p>` : null}
        </div>
        <div class="wide"><button class="primary">Check permission</button></div>
      </form>
      ${result && verdict(filled, result)}
    `,
  };
}

function* keys(records: Iterable<{ readonly key: string }>): Generator<string> {
  for (const { key } of records) yield key;
}
