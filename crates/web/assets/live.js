// Follows the live page: the server sends the numbers as they are now, this puts them in place. Without it the page loads again by itself.
'use strict';
(() => {
  const box = document.getElementById('live');
  const state = document.getElementById('live-state');
  const said = document.getElementById('live-said');
  const button = document.getElementById('live-pause');
  if (!box || !window.EventSource) return;
  const words = box.dataset;
  // How often the ear is told, at most, in milliseconds.
  const QUIET = 30000;

  const show = (word) => { state.textContent = word; };

  // Changes what is there into what is to be there, and leaves alone what is the same: focus, opened tables and scrolled places stay.
  const patch = (old, fresh) => {
    if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) return old.replaceWith(fresh);
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.data !== fresh.data) old.data = fresh.data;
      return;
    }
    // What readers and other scripts have set stays: opened tables, and pictures that the keys reach.
    for (const { name } of [...old.attributes]) if (!['open', 'tabindex'].includes(name) && !fresh.hasAttribute(name)) old.removeAttribute(name);
    for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    within(old, fresh);
  };
  const within = (old, fresh) => {
    const [own, wanted] = [[...old.childNodes], [...fresh.childNodes]];
    own.slice(wanted.length).forEach((node) => node.remove());
    wanted.forEach((node, index) => { if (own[index]) patch(own[index], node); else old.append(node); });
  };

  // What the numbers say, each with its name.
  const numbers = () => [...box.querySelectorAll('.value, .soon')].map((own) => own.textContent.trim());
  let heard = numbers(), told = -QUIET, waiting = null;
  // Says the numbers that are others than those that were heard last, politely, and not too often.
  const tell = () => {
    const left = told + QUIET - performance.now();
    if (left > 0) {
      waiting ??= setTimeout(() => { waiting = null; tell(); }, left);
      return;
    }
    const now = numbers();
    const changed = now.filter((text, index) => text !== heard[index]);
    if (!changed.length) return;
    heard = now;
    told = performance.now();
    said.textContent = changed.join('. ');
  };

  const put = (html) => {
    // Whoever stands on a link stands on the same link afterwards, also where its row has moved.
    const focused = box.contains(document.activeElement) ? document.activeElement : null;
    const at = focused?.getAttribute('href');
    const made = document.createElement('template');
    made.innerHTML = html;
    const fresh = document.createElement('div');
    fresh.append('\n', made.content, '\n');
    within(box, fresh);
    if (at && focused.getAttribute('href') !== at) {
      [...box.querySelectorAll('a')].find((link) => link.getAttribute('href') === at)?.focus({ preventScroll: true });
    }
    tell();
  };

  let source;
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
