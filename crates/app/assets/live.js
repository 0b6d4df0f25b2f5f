// What changes while one looks. The house says by server-sent events that something happened that
// concerns whoever reads this page; what it is the page asks for itself. Without script, or where
// the line does not open, nothing is lost: the page shows what was so when it was loaded.
//
//   [data-waits="/orders"]   the number beside an area, a link to exactly what it counts
//   [data-unread]            how many notices nobody has read
//   [data-live][hx-get]      a part of the page that is asked for anew
(() => {
  'use strict';

  if (!window.EventSource) return;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  let source = null;

  // A tab that nobody sees needs no line: a browser has six to one address.
  function open() {
    if (source || document.hidden) return;
    source = new EventSource('/live');
    source.addEventListener('change', refresh);
    // Too many pages open: it is not asked again. Signed out, or out of time: what stands here is
    // nobody's to read any more.
    source.addEventListener('error', () => {
      if (!source || source.readyState !== EventSource.CLOSED) return;
      source = null;
      ask();
    });
  }
  function close() {
    if (source) source.close();
    source = null;
  }

  function count(selector, number, most) {
    for (const it of all(selector)) {
      it.hidden = number === 0;
      (it.querySelector('b') ?? it).textContent = Math.min(number, most);
    }
  }

  // What is so now; nothing, where the line is cut or the session over.
  async function ask() {
    const asked = { headers: { Accept: 'application/json' }, redirect: 'error' };
    const answer = await fetch('/live', asked).catch(() => null);
    if (answer?.status === 204) document.dispatchEvent(new CustomEvent('door'));
    return answer?.status === 200 ? answer.json() : null;
  }

  async function refresh() {
    const now = await ask();
    if (!now) return;
    for (const [area, number] of Object.entries(now.waits)) {
      count(`[data-waits="${area}"]`, number, Infinity);
    }
    count('[data-unread]', now.unread, 99);
    all('[data-live]').forEach(again);
  }

  // Nothing moves under a hand: who stands in it with the keyboard, or has something open, gets it
  // when they leave.
  function again(part) {
    const held = part.contains(document.activeElement) || document.querySelector('dialog[open]');
    if (held || part.querySelector('details[open]')) {
      part.addEventListener('focusout', () => setTimeout(() => {
        if (document.contains(part)) again(part);
      }, 300), { once: true });
      return;
    }
    const marked = part.querySelector('[data-row].on a')?.getAttribute('href');
    part.addEventListener('htmx:afterRequest', () => setTimeout(() => mark(part.id, marked)), {
      once: true,
    });
    window.htmx?.trigger(part, 'live');
  }

  // Nobody did anything: an idle session ends all the same.
  document.addEventListener('htmx:configRequest', (event) => {
    if (event.detail.triggeringEvent?.type === 'live') event.detail.headers['X-By-Itself'] = '1';
  });

  // The row that the keys stood on is the same one still, wherever it is now.
  function mark(id, href) {
    if (!href) return;
    const link = all(`#${id} [data-row] a`).find((it) => it.getAttribute('href') === href);
    link?.closest('[data-row]').classList.add('on');
  }

  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return close();
    open();
    refresh();
  });
  document.addEventListener('submit', (event) => {
    if (event.target.matches('[data-signout]')) close();
  });
  window.addEventListener('pagehide', close);
  window.addEventListener('pageshow', open);
})();
