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
