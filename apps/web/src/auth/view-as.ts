/**
 * The key of the view as another user in sessionStorage, which belongs to the tab and survives a reload. The value is
 * the id of the view, a space, and the page on which it started. Empty when the view has just ended.
 */
export const viewKey = 'latchkey:view-as';

/** The stored value after a failed sign-out has ended the view. */
export const stillSignedIn = ' still-signed-in';

/** The id of this tab's view: empty when it has just ended, `undefined` without one. */
export const viewInTab = (): string | undefined => sessionStorage.getItem(viewKey)?.split(' ')[0];

export const isViewing = (): boolean => (viewInTab() ?? '') !== '';

/** The request headers that identify the view to the server. Empty outside a view. */
export const viewHeaders = (): Record<string, string> =>
  isViewing() ? { 'x-latchkey-view-as': viewInTab() ?? '' } : {};

/** Returns to the user's own console. Reloads the page, so that no data of the view stays visible. */
export function leaveView(href = sessionStorage.getItem(viewKey)?.split(' ')[1], ended = ''): void {
  if (!isViewing() || href === undefined) return;
  sessionStorage.setItem(viewKey, ended);
  location.assign(href);
}
