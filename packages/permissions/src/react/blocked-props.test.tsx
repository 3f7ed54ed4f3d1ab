// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import type { MouseEventHandler, ReactElement, ReactNode } from 'react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CanByState, gateProps } from './can.tsx';

let activated: string[];
beforeEach(() => {
  activated = [];
});
afterEach(cleanup);

const reason = (): string => 'Needs a role.';
const note = (what: string) => () => {
  activated.push(what);
};
const denied = {
  state: 'denied',
  permission: 'reports:publish',
  reason: 'no_permission',
  grantedBy: [],
  grantedByInstanceRoles: [],
} as const;
const show = (
  child: ReactElement<Readonly<Record<string, unknown>>>,
  state: 'allowed' | 'denied' = 'denied',
) =>
  render(
    <CanByState state={state === 'denied' ? denied : { state }} mode="explain" reason={reason}>
      {child}
    </CanByState>,
  );

const menuItem = (
  <div
    data-testid="child"
    role="menuitem"
    tabIndex={0}
    onClick={note('click')}
    onDoubleClick={note('double click')}
    onKeyDown={note('key down')}
    onKeyUp={note('key up')}
    onPointerDown={note('pointer down')}
    onMouseDown={note('mouse down')}
    onTouchEnd={note('touch')}
    onFocus={note('focus')}
  >
    Publish
  </div>
);

const activations = (element: HTMLElement): void => {
  fireEvent.pointerDown(element);
  fireEvent.mouseDown(element);
  fireEvent.touchEnd(element);
  fireEvent.click(element);
  fireEvent.doubleClick(element);
  for (const key of ['Enter', ' ']) {
    fireEvent.keyDown(element, { key });
    fireEvent.keyUp(element, { key });
  }
};

test('clicks and keys do not activate a blocked child; it is focusable, and Tab leaves it', () => {
  show(menuItem);
  const child = screen.getByTestId('child');
  activations(child);
  expect(activated).toEqual([]);
  child.focus();
  expect(activated).toEqual(['focus']);
  // Browsers activate a button on keydown for Enter, but on keyup for the space bar.
  for (const key of ['Enter', ' ']) {
    expect([fireEvent.keyDown(child, { key }), fireEvent.keyUp(child, { key })]).toEqual([false, false]);
  }
  expect([fireEvent.keyDown(child, { key: 'Tab' }), fireEvent.keyUp(child, { key: 'Tab' })]).toEqual([
    true,
    true,
  ]);
});

function LinkButton({ onClick }: { readonly onClick?: MouseEventHandler }): ReactNode {
  return (
    <a href="/reports/1/edit" onClick={onClick}>
      Edit
    </a>
  );
}

test('blocks a component that forwards only onClick', () => {
  show(<LinkButton onClick={note('click')} />);
  expect(fireEvent.click(screen.getByRole('link'))).toBe(false);
  expect(activated).toEqual([]);
});

test('does not affect an allowed child', () => {
  show(menuItem, 'allowed');
  activations(screen.getByTestId('child'));
  expect(new Set(activated)).toEqual(
    new Set(['pointer down', 'mouse down', 'touch', 'click', 'double click', 'key down', 'key up']),
  );
});

/** Has props of its own, which a blocked gate must preserve. */
function Icon(props: {
  readonly onTone: string;
  readonly render: () => string;
  readonly iconOnly: () => string;
  readonly onPress?: () => void;
}): ReactElement {
  const { onTone, render: label, iconOnly, onPress } = props;
  return (
    <p data-testid="icon">
      {[onTone, label(), iconOnly(), onPress === undefined ? 'no handler' : 'a handler'].join(', ')}
    </p>
  );
}

test('removes the handlers of a blocked child, but not other props with similar names', () => {
  show(<Icon onTone="loud" render={() => 'Publish'} iconOnly={() => 'icon'} onPress={note('press')} />);
  expect(screen.getByTestId('icon').textContent).toBe('loud, Publish, icon, no handler');
});

test('blocks elements inside a blocked child', () => {
  show(
    <div data-testid="child">
      <button type="button" onClick={note('inner')} onKeyDown={note('key down')} onKeyUp={note('key up')}>
        Inner
      </button>
    </div>,
  );
  const inner = screen.getByRole('button');
  fireEvent.click(inner);
  for (const key of ['Enter', ' ']) {
    fireEvent.keyDown(inner, { key });
    fireEvent.keyUp(inner, { key });
  }
  expect(activated).toEqual([]);
});

test('a blocked submit button or form submits nothing', () => {
  const submit = note('submit');
  render(
    <form data-testid="outer" onSubmit={submit}>
      <CanByState state={denied} mode="disable">
        <button type="submit">Save</button>
      </CanByState>
    </form>,
  );
  fireEvent.click(screen.getByRole('button'));
  cleanup();
  show(
    <form data-testid="child" onSubmit={submit}>
      <button type="submit">Save</button>
    </form>,
  );
  expect(fireEvent.submit(screen.getByTestId('child'))).toBe(false);
  expect(activated).toEqual([]);
});

test('a blocked link does not navigate, not even with the middle mouse button', () => {
  show(<a href="/reports/1/edit">Edit</a>);
  const link = screen.getByRole('link');
  expect(fireEvent.click(link)).toBe(false);
  expect(fireEvent(link, new MouseEvent('auxclick', { bubbles: true, cancelable: true, button: 1 }))).toBe(
    false,
  );
});

test("adds the reason to the child's own description", () => {
  show(
    <button type="button" aria-describedby="hint other">
      Publish
    </button>,
  );
  const { id } = screen.getByText('Needs a role.');
  expect(screen.getByRole('button').getAttribute('aria-describedby')).toBe(`hint other ${id}`);
  cleanup();
  render(
    <CanByState state={denied} mode="disable">
      <button type="button" aria-describedby="hint">
        Publish
      </button>
    </CanByState>,
  );
  expect(screen.getByRole('button').getAttribute('aria-describedby')).toBe('hint');
});

test('gateProps returns the same state without an element', () => {
  expect(gateProps({ state: 'unknown' }, { mode: 'explain' })).toMatchObject({ shown: false, blocked: true });
  expect(gateProps({ state: 'allowed' })).toMatchObject({ shown: true, blocked: false });
  expect(gateProps(denied)).toMatchObject({ shown: false, blocked: true });
  expect(gateProps(denied, { mode: 'disable', reason })).toEqual({
    shown: true,
    blocked: true,
    reason: undefined,
  });
  expect(gateProps({ state: 'unavailable' }, { mode: 'explain' }).reason).toBe(
    'This cannot be checked right now.',
  );
  expect(gateProps({ state: 'unavailable' }, { mode: 'explain', reason })).toEqual({
    shown: true,
    blocked: true,
    reason: 'Needs a role.',
  });
});
