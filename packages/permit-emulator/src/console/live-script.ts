/**
 * The only script of the console: it makes the environment menu navigate at once, and adds new decisions to the
 * decision log. Without scripts the menu has a button, and the log shows the state of the last load.
 */
export const liveScript = `
document.querySelector('nav select')?.addEventListener('change', (event) => event.target.form.submit());
const log = document.querySelector('[data-stream]');
if (log) {
  const state = document.querySelector('.live');
  const source = new EventSource(log.dataset.stream);
  source.onopen = () => { state.textContent = 'Live'; };
  source.onerror = () => { state.textContent = 'Not connected. Trying again…'; };
  source.addEventListener('decision', (event) => {
    document.querySelector('.empty')?.remove();
    log.closest('.scroll').hidden = false;
    log.insertAdjacentHTML('afterbegin', event.data);
    log.firstElementChild.classList.add('fresh');
    while (log.children.length > 200) log.lastElementChild.remove();
  });
}
`;
