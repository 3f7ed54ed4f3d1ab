/**
 * The only script of the console: its menu navigates when an option is chosen, and a live table receives new rows.
 * Without scripts the menu has a button, and the table shows what there was when the page was loaded.
 */
export const script = `
document.querySelector('nav select')?.addEventListener('change', (event) => event.target.form.submit());
const log = document.querySelector('[data-stream]');
if (log) {
  const state = document.querySelector('.live');
  const source = new EventSource(log.dataset.stream);
  source.onopen = () => { state.textContent = 'Live'; };
  source.onerror = () => { state.textContent = 'Not connected. Trying again…'; };
  source.addEventListener('row', (event) => {
    document.querySelector('.empty')?.remove();
    log.insertAdjacentHTML('afterbegin', event.data);
    log.firstElementChild.classList.add('fresh');
    while (log.children.length > 200) log.lastElementChild.remove();
  });
}
`;
