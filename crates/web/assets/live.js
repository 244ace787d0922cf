// Follows the live page: the server sends the numbers as they are now, this puts them in place. Without it the page loads again by itself.
'use strict';
(() => {
  const box = document.getElementById('live');
  const state = document.getElementById('live-state');
  const said = document.getElementById('live-said');
  const button = document.getElementById('live-pause');
  if (!box || !window.EventSource) return;
  const words = box.dataset;
  let source, told = 0;

  const show = (word) => { state.textContent = word; };

  const put = (html) => {
    // Whoever stands on a link stands on the same link afterwards.
    const at = box.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
    box.innerHTML = html;
    if (at) [...box.querySelectorAll('a')].find((link) => link.getAttribute('href') === at)?.focus({ preventScroll: true });
    const now = Date.now();
    if (now - told >= 30000) {
      told = now;
      said.textContent = box.querySelector('[data-said]')?.textContent ?? '';
    }
  };

  const follow = () => {
    source = new EventSource(words.stream);
    source.addEventListener('open', () => show(words.follows));
    source.addEventListener('now', (event) => put(event.data));
    // Signed out, or the right is gone: the page itself says what to do.
    source.addEventListener('end', () => { source.close(); location.reload(); });
    source.addEventListener('error', () => {
      show(words.lost);
      // A browser tries again by itself unless the answer was no stream.
      if (source.readyState === EventSource.CLOSED) setTimeout(() => { if (!paused()) follow(); }, 5000);
    });
  };

  const paused = () => button.getAttribute('aria-pressed') === 'true';

  button.hidden = false;
  button.addEventListener('click', () => {
    const stop = !paused();
    button.setAttribute('aria-pressed', String(stop));
    source.close();
    if (stop) show(words.paused); else follow();
  });
  addEventListener('pagehide', () => source.close());
  addEventListener('pageshow', (event) => { if (event.persisted && !paused()) follow(); });
  follow();
})();
