// What makes pages handier; every page works without it.
'use strict';

// Beside the SVG of a picture, a button that draws it as PNG.
for (const way of document.querySelectorAll('.ways a[href*="format=svg"]')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'quiet';
  button.append('PNG');
  const hidden = way.querySelector('.unseen');
  if (hidden) button.append(hidden.cloneNode(true));
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      const answer = await fetch(way.href);
      if (!answer.ok) throw new Error(String(answer.status));
      const picture = new Image();
      picture.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(await answer.text());
      await picture.decode();
      const canvas = document.createElement('canvas');
      canvas.width = picture.width * 2;
      canvas.height = picture.height * 2;
      canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
      const link = document.createElement('a');
      link.href = canvas.toDataURL('image/png');
      link.download = new URL(way.href).searchParams.get('chart') + '.png';
      link.click();
    } catch {
      location.href = way.href;
    }
    button.disabled = false;
  });
  way.after(button);
}

// A slash leads to the search, unless somebody is writing.
addEventListener('keydown', (event) => {
  const writing = event.target.closest && event.target.closest('input, textarea, select, [contenteditable]');
  const find = document.getElementById('find');
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || writing || !find) return;
  event.preventDefault();
  find.focus();
});

// A picture is read by pointing at it or by the arrow keys: a line through all pictures of the same days, and what the numbers are there.
(() => {
  const read = new WeakMap();
  const drawn = [];
  let tip, said, at = null;

  // The numbers of a picture, from the table behind it.
  const numbers = (figure) => {
    const table = figure.querySelector('tbody');
    if (read.get(figure)?.table === table && !figure.closest('#live')) return read.get(figure);
    const texts = (row) => [...row.children].map((cell) => cell.textContent);
    const rows = [...table.rows].map(texts);
    const own = { table, rows, names: texts(figure.querySelector('thead tr')), fields: 'fields' in figure.dataset };
    own.axis = [own.fields, rows.length, rows[0]?.[0], rows.at(-1)?.[0]].join();
    read.set(figure, own);
    return own;
  };

  // Where a row of the table leads, and of a grid one of its cells.
  const way = (figure, index, column = 0) => {
    const cells = numbers(figure).table.rows[index]?.cells;
    return cells?.[column]?.querySelector('a') ?? cells?.[0].querySelector('a');
  };
  const fieldAt = (figure, event) => {
    const { rows, fields } = numbers(figure);
    const box = figure.querySelector('.marks').getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    const index = fields ? Math.floor(share * rows.length) : Math.round(share * (rows.length - 1));
    return Math.min(Math.max(index, 0), rows.length - 1);
  };

  // Days that are dragged over become the period when Enter says so.
  let drag, chosen;
  const drop = () => {
    chosen?.rect.remove();
    chosen = drag = null;
  };
  const days = (figure, index) => {
    const link = way(figure, index);
    return link && new URL(link.href).searchParams.get('r')?.split('..')[0];
  };
  const choose = (to) => {
    const { figure, from } = drag;
    const { rows, fields } = numbers(figure);
    const [first, last] = [Math.min(from, to), Math.max(from, to)];
    const edge = (index) => (fields ? index / rows.length : index / Math.max(rows.length - 1, 1)) * 100;
    if (!chosen) {
      chosen = { rect: document.createElementNS('http://www.w3.org/2000/svg', 'rect') };
      chosen.rect.setAttribute('class', 'brush');
      chosen.rect.setAttribute('height', '100%');
      figure.querySelector('.marks').append(chosen.rect);
    }
    chosen.rect.setAttribute('x', edge(first) + '%');
    chosen.rect.setAttribute('width', edge(fields ? last + 1 : last) - edge(first) + '%');
    chosen.range = `${days(figure, first)}..${days(figure, last)}`;
    const title = document.createElement('b');
    title.textContent = `${rows[first][0]} – ${rows[last][0]}`;
    tip.replaceChildren(title, document.createElement('br'), figure.parentElement.dataset.choose ?? '');
  };
  addEventListener('pointerdown', (event) => {
    drop();
    const figure = event.target instanceof Element && event.target.closest('.marks') ? event.target.closest('figure.chart') : null;
    if (!figure || event.pointerType !== 'mouse' || event.button || !numbers(figure).rows.length) return;
    event.preventDefault();
    figure.querySelector('.marks').focus({ focusVisible: false });
    drag = { figure, from: fieldAt(figure, event), x: event.clientX };
  });
  addEventListener('pointerup', (event) => {
    if (!drag) return;
    const { figure, from, x } = drag;
    if (!chosen && Math.abs(event.clientX - x) < 4) {
      const box = figure.querySelector('.marks').getBoundingClientRect();
      const names = numbers(figure).names.length - 1;
      const row = figure.matches('.heat') ? 1 + Math.floor(((event.clientY - box.top) / box.height) * names) : 0;
      way(figure, from, row)?.click();
    }
    drag = null;
  });

  // Takes away what is drawn; where the reader is stays known, so that a page that scrolls loses no key.
  const hide = () => {
    drawn.splice(0).forEach((line) => line.remove());
    if (tip) tip.hidden = true;
  };
  const leave = () => {
    at = null;
    hide();
  };

  const show = (figure, index) => {
    if (at?.figure === figure && at.index === index && !tip.hidden) return;
    const { rows, names, fields, axis } = numbers(figure);
    if (!rows.length) return;
    hide();
    const share = fields ? (index + 0.5) / rows.length : rows.length > 1 ? index / (rows.length - 1) : 0.5;
    const box = figure.querySelector('.marks').getBoundingClientRect();
    at = { figure, index, top: box.top };
    for (const other of document.querySelectorAll('figure.chart')) {
      if (other !== figure && numbers(other).axis !== axis) continue;
      const line = document.createElementNS('http://www.w3.org/2000/svg', 'line');
      for (const [name, value] of [['class', 'cross'], ['x1', share * 100 + '%'], ['x2', share * 100 + '%'], ['y1', 0], ['y2', '100%']]) line.setAttribute(name, value);
      other.querySelector('.marks').append(line);
      drawn.push(line);
    }
    if (!tip) {
      tip = document.createElement('div');
      tip.className = 'tip';
      tip.setAttribute('aria-hidden', 'true');
      document.body.append(tip);
    }
    const title = document.createElement('b');
    title.textContent = rows[index][0];
    const list = document.createElement('dl');
    names.slice(1).forEach((name, column) => {
      for (const [tag, text] of [['dt', name], ['dd', rows[index][column + 1]]]) list.append(Object.assign(document.createElement(tag), { textContent: text }));
    });
    tip.replaceChildren(title, list);
    tip.hidden = false;
    const x = box.left + share * box.width, own = tip.getBoundingClientRect();
    const left = x + 12 + own.width > document.documentElement.clientWidth - 8 ? x - 12 - own.width : x + 12;
    tip.style.left = Math.max(8, left) + 'px';
    tip.style.top = Math.max(8, box.top - 8) + 'px';
  };

  const say = (texts) => {
    if (!said) {
      said = Object.assign(document.createElement('p'), { className: 'unseen' });
      said.setAttribute('role', 'status');
      document.body.append(said);
    }
    said.textContent = texts.join(', ');
  };

  const point = (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest('.tip')) return;
    const plot = target?.closest('figure.chart .plot');
    if (!plot) return leave();
    const figure = plot.closest('figure');
    const index = fieldAt(drag?.figure ?? figure, event);
    if (chosen && !drag) return;
    show(drag?.figure ?? figure, index);
    if (drag && index !== drag.from && days(drag.figure, index) && !drag.figure.matches('.heat')) choose(index);
  };
  addEventListener('pointermove', point, { passive: true });
  addEventListener('pointerdown', point, { passive: true });
  // The news of an earlier scroll may come after what is drawn: only what has moved is taken away.
  const moved = () => {
    if (at && Math.abs(at.figure.querySelector('.marks').getBoundingClientRect().top - at.top) >= 1) hide();
  };
  addEventListener('scroll', moved, { passive: true });
  addEventListener('blur', leave);

  for (const marks of document.querySelectorAll('figure.chart .marks')) marks.setAttribute('tabindex', '0');
  addEventListener('focusout', leave);
  addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && chosen) {
      const address = new URL(location.href);
      address.searchParams.set('r', chosen.range);
      event.preventDefault();
      return location.assign(address);
    }
    if (event.key === 'Escape') return drop(), leave();
    const figure = document.activeElement?.matches('figure.chart .marks') ? document.activeElement.closest('figure') : null;
    if (!figure || event.ctrlKey || event.metaKey || event.altKey) return;
    const { rows, names } = numbers(figure);
    const last = rows.length - 1, now = at?.figure === figure ? at.index : null;
    const steps = { ArrowLeft: -1, ArrowRight: 1, PageUp: -7, PageDown: 7 };
    if (event.key === 'Enter' && now !== null) return way(figure, now, at.column)?.click();
    if (figure.matches('.heat') && now !== null && ['ArrowUp', 'ArrowDown'].includes(event.key)) {
      event.preventDefault();
      const step = event.key === 'ArrowUp' ? -1 : 1;
      at.column = Math.min(Math.max((at.column ?? 0) + step, 1), names.length - 1);
      return say([rows[now][0], `${names[at.column]} ${rows[now][at.column]}`]);
    }
    const wanted = { Home: 0, End: last }[event.key] ?? (event.key in steps ? (now === null ? last : now + steps[event.key]) : null);
    if (wanted === null || last < 0) return;
    event.preventDefault();
    const index = Math.min(Math.max(wanted, 0), last);
    show(figure, index);
    say([rows[index][0], ...names.slice(1).map((name, column) => `${name} ${rows[index][column + 1]}`)]);
  });
})();

// What a legend names is hidden and shown by its name.
for (const entry of document.querySelectorAll('figure.chart .legend li')) {
  const mark = entry.querySelector('.swatch > *')?.classList[1];
  if (!mark) continue;
  const button = document.createElement('button');
  button.type = 'button';
  button.setAttribute('aria-pressed', 'true');
  button.append(...entry.childNodes);
  button.addEventListener('click', () => {
    const shown = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', String(shown));
    for (const part of entry.closest('figure').querySelectorAll(`.marks .${mark}`)) part.classList.toggle('off', !shown);
  });
  entry.append(button);
}
