/**
 * In sessionStorage, so that it is the tab's own and a reload keeps it: the id of the view as somebody else, and after a blank the
 * page on which it began. Empty when the view has just ended.
 */
export const viewKey = 'latchkey:view-as';

/** The id of the view that this tab shows: empty when it has just ended, `undefined` outside of one. */
export const viewInTab = (): string | undefined => sessionStorage.getItem(viewKey)?.split(' ')[0];

/** Whether this tab shows the console as somebody else. */
export const isViewing = (): boolean => (viewInTab() ?? '') !== '';

/** Names the view to the server. */
export const viewHeaders = (): Record<string, string> =>
  isViewing() ? { 'x-latchkey-view-as': viewInTab() ?? '' } : {};

/**
 * Shows the person's own console again, by default where the view began. It is loaded anew: nothing of one is shown in the other.
 */
export function leaveView(href = sessionStorage.getItem(viewKey)?.split(' ')[1]): void {
  if (!isViewing() || href === undefined) return;
  sessionStorage.setItem(viewKey, '');
  location.assign(href);
}
