// What the browser alone can do. Every page and form works without it; here is what makes them
// quick, and keeps what was typed. No library, no inline handler, nothing evaluated: elements say
// what they want by data attributes, and one listener each on the document hears them, so that
// fragments put in by htmx need no setting up.
//
//   <html lang data-person data-now>   who is signed in (an id, absent at the door); the server's
//                                      time, so that a wrong clock here does not count wrongly
//   data-search, data-new              what "/" focuses and "n" follows
//   form[data-submit]                  Ctrl+Enter submits it
//   form[data-guard]                   leaving with changes asks; "dirty": changed from the start
//   form[data-keep][id]                what is typed survives an expired session
//   form[data-auto]                    submits itself when something in it changes
//   form[data-signout], [data-forget]  forgets everything kept
//   [data-keys] with [data-row]        j k Enter x walk a list
//   input[data-list="#id"]             arrows walk the list that the input fills, Enter takes the
//                                      marked row, with data-pick-first else the first, as soon
//                                      as the list answers (data-of) what stands in the input
//   [data-dialog="id"], [data-close]   open and close a <dialog>; dialog[data-show]: open at once
//   input[data-tick-all]               ticks every row of its table
//   [data-theme-set]                   light, dark or auto, kept in the cookie "theme"
//   [data-say="#id"]                   a word that is put into that text
//   .sign, .shot, [data-geo]           signature, picture, place: see below
//   time[data-until], time[data-ago]   count down and up, in the page's language
//   [data-copy], [data-print], [data-dismiss]
//
// htmx is set by a meta element in the page's head (no eval, no style element, no copy of pages
// with personal data in the browser's storage; 422 brings the form back with its errors):
//   <meta name="htmx-config" content='{"includeIndicatorStyles":false,"allowEval":false,
//     "allowScriptTags":false,"selfRequestsOnly":true,"historyCacheSize":0,"responseHandling":[
//     {"code":"204","swap":false},{"code":"[23]..","swap":true},{"code":"422","swap":true},
//     {"code":"[45]..","swap":false,"error":true}]}'>
// <meta name="csrf" content="…"> is sent with every htmx request as X-CSRF-Token.
(() => {
  'use strict';

  const page = document.documentElement;
  page.classList.add('js');
  const zh = page.lang.startsWith('zh');
  const words = zh
    ? {
        restored: '已恢复刚才填写的内容',
        copied: '已复制',
        offline: '网络不通，没有保存，请再试一次',
        fault: '没有成功，请再试一次',
        sign: '请先签名',
        comma: '，',
        left: (t) => `剩 ${t}`, over: (t) => `超 ${t}`, now: '刚刚',
        ago: (t) => `${t.replace('时', '小时').replace('分', '分钟')}前`,
        d: (n) => `${n} 天`, h: (n) => `${n} 时`, m: (n) => `${n} 分`,
      }
    : {
        restored: 'What you had typed is back',
        copied: 'Copied',
        offline: 'No network, nothing was saved. Please try again',
        fault: 'That did not work. Please try again',
        sign: 'Please sign first',
        comma: ', ',
        left: (t) => `${t} left`, over: (t) => `${t} late`, now: 'just now',
        ago: (t) => `${t} ago`,
        d: (n) => `${n} d`, h: (n) => `${n} h`, m: (n) => `${n} min`,
      };

  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  /** Calls `work` with the nearest element that matches, whatever inside it was hit. */
  const on = (type, selector, work, options) =>
    document.addEventListener(type, (event) => {
      const hit = event.target instanceof Element && event.target.closest(selector);
      if (hit) work(hit, event);
    }, options);

  // ── Messages ────────────────────────────────────────────────────────────────────────────────

  function toast(text, kind = '') {
    let place = document.querySelector('.toasts');
    if (!place) {
      place = document.createElement('div');
      place.className = 'toasts';
      place.setAttribute('role', 'status');
    }
    // An open dialog lies over everything else of the page.
    (document.querySelector('dialog[open]') ?? document.body).append(place);
    const note = document.createElement('div');
    note.className = `flash ${kind}`;
    note.textContent = text;
    const close = document.createElement('button');
    close.type = 'button';
    close.className = 'x';
    close.dataset.dismiss = '';
    close.setAttribute('aria-label', zh ? '关闭' : 'Close');
    close.textContent = '×';
    note.append(close);
    place.append(note);
    // Bad news stays until it is read.
    if (kind !== 'late') setTimeout(() => note.remove(), 6000);
  }
  on('click', '[data-dismiss]', (button) => button.closest('.flash').remove());

  // HX-Trigger: {"toast": {"text": "…", "kind": "good"}}
  document.addEventListener('toast', (event) => toast(event.detail.text, event.detail.kind));
  document.addEventListener('htmx:sendError', () => toast(words.offline, 'late'));
  document.addEventListener('htmx:timeout', () => toast(words.offline, 'late'));
  document.addEventListener('htmx:responseError', (event) => {
    const { xhr } = event.detail;
    // The server has said it by HX-Trigger.
    if (xhr.getResponseHeader('hx-trigger')) return;
    let said = '';
    if ((xhr.getResponseHeader('content-type') ?? '').includes('problem+json')) {
      const problem = JSON.parse(xhr.responseText);
      said = problem.detail ?? problem.title;
    }
    toast(said || words.fault, 'late');
  });
  document.addEventListener('htmx:configRequest', (event) => {
    const csrf = document.querySelector('meta[name="csrf"]');
    if (csrf) event.detail.headers['X-CSRF-Token'] = csrf.content;
  });

  // ── Keyboard ────────────────────────────────────────────────────────────────────────────────

  const typing = (element) =>
    element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);

  document.addEventListener('keydown', (event) => {
    // An input method is choosing characters: the key is not meant for us.
    if (event.isComposing || event.defaultPrevented) return;
    const { target, key } = event;
    if (key === 'Enter' && (event.ctrlKey || event.metaKey)) return submitBy(event);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.matches('input[data-list]')) return walkFrom(target, event);
    if (key === 'Escape') return closeMenus(null);
    if (typing(target) || document.querySelector('dialog[open]')) return;
    if (key === '/') return press(event, '[data-search]', (field) => field.select());
    if (key === 'n') return press(event, '[data-new]', (link) => { leads = link; });
    const list = document.querySelector('[data-keys]');
    if (list) walk(list, event);
  });

  // Followed when the key is let go, or its letter would be typed into the page it leads to.
  let leads = null;
  document.addEventListener('keyup', (event) => {
    if (event.key === 'n') leads?.click();
    leads = null;
  });

  function press(event, selector, work) {
    const element = document.querySelector(selector);
    if (!element) return;
    event.preventDefault();
    element.focus();
    work(element);
  }

  function submitBy(event) {
    const form = event.target.closest('form[data-submit]')
      ?? document.querySelector('form[data-submit]');
    if (!form) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector('[type="submit"]'));
  }

  function walk(list, event) {
    const row = list.querySelector('[data-row].on');
    // Enter on a link or button is that element's own.
    const own = event.target.closest('a, button, summary');
    if (event.key === 'j' || event.key === 'k') step(list, event.key === 'j' ? 1 : -1);
    else if (event.key === 'Enter' && row && !own) row.querySelector('a, button')?.click();
    else if (event.key === 'x' && row) row.querySelector('input[type="checkbox"]')?.click();
    else return;
    event.preventDefault();
  }

  // Whose Enter waits for the rows of what was typed last: those on the screen are somebody else's.
  let hasty = null;

  function walkFrom(input, event) {
    const list = document.querySelector(input.dataset.list);
    if (!list) return;
    hasty = null;
    const first = input.hasAttribute('data-pick-first');
    const marked = list.querySelector('[data-row].on');
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      step(list, event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Enter' && marked) {
      take(marked);
    } else if (event.key === 'Enter' && first) {
      // With nothing to pick, Enter must not send the unfinished form around it.
      hasty = input;
      takeFirst();
    } else {
      return;
    }
    event.preventDefault();
  }

  const take = (row) => row.querySelector('a, button, label').click();

  function takeFirst() {
    if (!hasty?.isConnected) return;
    const list = document.querySelector(hasty.dataset.list);
    if (list?.dataset.of !== hasty.value.trim()) return;
    hasty = null;
    const row = list.querySelector('[data-row]');
    if (row) take(row);
  }

  function step(list, by) {
    const rows = all('[data-row]', list);
    const at = rows.findIndex((row) => row.classList.contains('on'));
    const next = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
    if (!next) return;
    rows[at]?.classList.remove('on');
    next.classList.add('on');
    next.scrollIntoView({ block: 'nearest' });
  }

  // ── Menus, dialogs, small buttons ───────────────────────────────────────────────────────────

  function closeMenus(except) {
    for (const menu of all('details.menu[open]')) if (menu !== except) menu.open = false;
  }
  document.addEventListener('click', (event) => closeMenus(event.target.closest('details.menu')));

  on('click', '[data-dialog]', (opener, event) => {
    const dialog = document.getElementById(opener.dataset.dialog);
    // Without the dialog the link leads to a page that asks the same.
    if (!dialog) return;
    event.preventDefault();
    closeMenus(null);
    dialog.showModal();
  });
  on('click', '[data-close]', (button, event) => {
    event.preventDefault();
    button.closest('dialog').close();
  });
  on('click', 'dialog', (dialog, event) => {
    // The dialog itself is hit only beside its content; a form with words in it stays.
    if (event.target === dialog && !all('form', dialog).some(changed)) dialog.close();
  });

  on('click', '[data-theme-set]', (button, event) => {
    event.preventDefault();
    const theme = button.dataset.themeSet;
    const age = theme === 'auto' ? 0 : 31536000;
    document.cookie = `theme=${theme}; path=/; max-age=${age}; samesite=lax`;
    if (theme === 'auto') page.removeAttribute('data-bs-theme');
    else page.dataset.bsTheme = theme;
    for (const other of all('[data-theme-set]')) other.classList.toggle('on', other === button);
  });

  on('click', '[data-print]', () => window.print());

  on('click', '[data-copy]', async (button, event) => {
    event.preventDefault();
    const { copy } = button.dataset;
    // Over plain HTTP, or where it is not allowed, there is only the old way.
    const done = await navigator.clipboard?.writeText(copy).then(() => true, () => false);
    if (!done) {
      const field = document.createElement('textarea');
      field.value = copy;
      button.after(field);
      field.select();
      document.execCommand('copy');
      field.remove();
    }
    toast(words.copied, 'good');
  });

  on('click', '[data-say]', (button) => {
    const field = document.querySelector(button.dataset.say);
    const text = button.textContent.trim();
    if (field.value.includes(text)) return;
    const comma = field.value && !/[，。,.\s]$/.test(field.value);
    field.value += (comma ? words.comma : '') + text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.focus();
  });

  on('change', '[data-tick-all]', (box) => {
    for (const one of all('td.check input', box.closest('table'))) one.checked = box.checked;
  });
  on('change', 'form[data-auto]', (form) => form.requestSubmit());

  // ── Forms: nothing typed is lost ────────────────────────────────────────────────────────────

  const before = new WeakMap();
  // Names with an underscore are the server's (_csrf, _key): new on every page.
  const kept = (form) =>
    [...new FormData(form)].filter(([name, value]) =>
      typeof value === 'string' && !name.startsWith('_')
      && form.elements[name]?.type !== 'password');
  const text = (form) => JSON.stringify(kept(form));
  const changed = (form) =>
    form.dataset.guard === 'dirty' || (before.has(form) && before.get(form) !== text(form));

  let leaving = false;
  window.addEventListener('beforeunload', (event) => {
    if (!leaving && all('form[data-guard]').some(changed)) event.preventDefault();
  });

  const PREFIX = 'typed:';
  // Not form.id: a field may be called id.
  const key = (form) => `${PREFIX}${location.pathname}#${form.getAttribute('id')}`;
  const drafts = () => Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX));
  function keep(form, sent) {
    const draft = { person: page.dataset.person, sent, values: kept(form) };
    sessionStorage.setItem(key(form), JSON.stringify(draft));
  }
  const forget = () => drafts().forEach((name) => sessionStorage.removeItem(name));

  // Whoever signs out leaves nothing behind on the other pages that are open, either.
  const others = window.BroadcastChannel && new BroadcastChannel('door');
  others?.addEventListener('message', () => {
    if (!page.dataset.person) return;
    forget();
    leaving = true;
    document.body.hidden = true;
    // By then whoever said it is out.
    setTimeout(() => location.replace('/login'), 1000);
  });

  // The session is over (live.js): to the door, and from there back to here with what was typed.
  document.addEventListener('door', () => {
    if (document.body.hidden) return;
    const kept = all('form[data-keep][id]').filter(changed);
    if (all('form[data-guard]').some((form) => changed(form) && !kept.includes(form))) return;
    kept.forEach((form) => keep(form, false));
    leaving = true;
    location.replace(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
  });

  let waiting;
  on('input', 'form[data-keep][id]', (form) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => keep(form, false), 300);
  });

  // The first listener to hear a submit is the form's own (htmx); this one comes last.
  let busy = new WeakSet();
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.matches('[data-keep][id]')) {
      clearTimeout(waiting);
      keep(form, true);
    }
    if (form.matches('[data-signout], [data-forget]')) forget();
    if (form.matches('[data-signout]')) others?.postMessage('out');
    if (event.defaultPrevented) return;
    // A second press while the first is on its way would file it twice.
    if (busy.has(form)) return event.preventDefault();
    if (form.getAttribute('method')?.toLowerCase() === 'post') {
      busy.add(form);
      setTimeout(() => busy.delete(form), 5000);
    }
    leaving = true;
    // A download does not leave the page.
    setTimeout(() => { leaving = false; }, 3000);
  });
  window.addEventListener('pageshow', () => {
    leaving = false;
    busy = new WeakSet();
  });
  document.addEventListener('htmx:beforeOnLoad', ({ detail, target }) => {
    const form = target instanceof Element && target.closest('form');
    const saved = detail.requestConfig.verb !== 'get' && detail.xhr.status < 400;
    if (form && saved) before.set(form, text(form));
  });

  /** What was typed comes back when its form does: after a reload, or through the door. */
  function restore() {
    const person = page.dataset.person;
    if (!person) return sessionStorage.setItem('door', '1');
    const door = sessionStorage.getItem('door');
    sessionStorage.removeItem('door');
    for (const name of drafts()) {
      const draft = JSON.parse(sessionStorage.getItem(name));
      const form = all('form[data-keep][id]').find((other) => key(other) === name);
      // Who had sent it and did not come through the door has seen it arrive.
      if (form && draft.person === person && (door || !draft.sent)) fill(form, draft.values);
      else if (!door || draft.person !== person) sessionStorage.removeItem(name);
    }
  }

  function fill(form, values) {
    if (JSON.stringify(values) === text(form)) return;
    const left = new Map();
    for (const [name, value] of values) left.set(name, [...(left.get(name) ?? []), value]);
    for (const field of form.elements) {
      if (!field.name || field.name.startsWith('_') || field.type === 'file') continue;
      const mine = left.get(field.name) ?? [];
      // A choice that was not there when it was kept is left as the page has it.
      if (field.type === 'radio' && !mine.length) continue;
      if (field.type === 'checkbox' || field.type === 'radio') {
        field.checked = mine.includes(field.value);
      } else if (field.multiple && field.options) {
        for (const option of field.options) option.selected = mine.includes(option.value);
      } else if (mine.length && field.type !== 'password') {
        field.value = mine.shift();
      }
    }
    // What the page says about the choices follows them.
    form.dispatchEvent(new Event('change', { bubbles: true }));
    toast(words.restored);
  }

  // ── Signature: <div class="sign"><canvas></canvas><input type="hidden" name="signature_png">
  //    <button type="button" class="btn btn-sm clear" data-sign-clear> ───────────────────────────

  const pads = new WeakMap();
  function bindPads(within) {
    if (!window.SignaturePad) return;
    for (const place of all('.sign', within)) {
      if (pads.has(place)) continue;
      const canvas = place.querySelector('canvas');
      const input = place.querySelector('input');
      const pad = new window.SignaturePad(canvas, { backgroundColor: '#fff', penColor: '#111' });
      pads.set(place, pad);
      const fit = () => {
        const scale = Math.min(window.devicePixelRatio || 1, 2);
        // Hidden in a closed dialog it has no size; it is fitted when it gets one.
        if (!canvas.offsetWidth || canvas.width === Math.round(canvas.offsetWidth * scale)) return;
        const strokes = pad.toData();
        canvas.width = Math.round(canvas.offsetWidth * scale);
        canvas.height = Math.round(canvas.offsetHeight * scale);
        canvas.getContext('2d').scale(scale, scale);
        pad.clear();
        pad.fromData(strokes);
      };
      new ResizeObserver(fit).observe(canvas);
      pad.addEventListener('endStroke', () => {
        place.classList.remove('blank');
        input.value = pad.toDataURL('image/png').split(',')[1];
      });
    }
  }
  on('click', '[data-sign-clear]', (button) => {
    const place = button.closest('.sign');
    pads.get(place)?.clear();
    place.querySelector('input').value = '';
  });
  // Heard before htmx hears it.
  document.addEventListener('submit', (event) => {
    const place = event.target.querySelector('.sign[data-required]');
    if (!place || place.querySelector('input').value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    place.classList.add('blank');
    toast(words.sign, 'wait');
  }, true);

  // ── Picture: <label class="shot"><input type="file" accept="image/jpeg,image/png,image/webp">
  //    <span>…</span></label> ─────────────────────────────────────────────────────────────────────

  on('change', '.shot', (label, event) => {
    const [file] = event.target.files ?? [];
    label.querySelector('img')?.remove();
    label.classList.toggle('done', Boolean(file));
    if (!file || !file.type.startsWith('image/')) return;
    const preview = document.createElement('img');
    preview.alt = file.name;
    preview.src = URL.createObjectURL(file);
    preview.addEventListener('load', () => URL.revokeObjectURL(preview.src), { once: true });
    label.querySelector('span').append(preview);
  });

  // ── Place: <button data-geo> in a form with hidden inputs lat and lon. Where the phone does not
  //    say within five seconds, or may not, the step is taken without. ────────────────────────────

  on('click', '[data-geo]', (button, event) => {
    const { form } = button;
    if (!navigator.geolocation) return;
    event.preventDefault();
    if (button.ariaBusy) return;
    button.ariaBusy = 'true';
    const go = (position) => {
      // Whatever answers first: the phone, its refusal or the clock.
      if (!button.ariaBusy) return;
      button.ariaBusy = null;
      clearTimeout(patience);
      if (position) {
        form.elements.lat.value = position.coords.latitude.toFixed(6);
        form.elements.lon.value = position.coords.longitude.toFixed(6);
      }
      form.requestSubmit(button);
    };
    const patience = setTimeout(() => go(null), 5000);
    const wish = { enableHighAccuracy: true, timeout: 5000, maximumAge: 60000 };
    navigator.geolocation.getCurrentPosition(go, () => go(null), wish);
  });

  // ── Time: near now it counts, further away the server's words stay ──────────────────────────

  const ahead = page.dataset.now ? Date.parse(page.dataset.now) - Date.now() : 0;
  const MINUTE = 60000;
  const NEAR = 4 * 60;
  const SOON = 60;

  function span(minutes) {
    if (minutes >= 48 * 60) return words.d(Math.floor(minutes / 1440));
    const [h, m] = [Math.floor(minutes / 60), minutes % 60];
    return [h && words.h(h), (m || !h) && words.m(m)].filter(Boolean).join(' ');
  }

  function tick() {
    const now = Date.now() + ahead;
    for (const time of all('time[data-until]')) {
      const left = (Date.parse(time.dateTime) - now) / MINUTE;
      if (left > NEAR) continue;
      const late = left < 0;
      const said = span(Math.floor(Math.abs(left)));
      time.textContent = late ? words.over(said) : words.left(said);
      const due = time.closest('.due') ?? time;
      due.classList.toggle('late', late);
      due.classList.toggle('soon', !late && left < SOON);
    }
    for (const time of all('time[data-ago]')) {
      const past = Math.floor((now - Date.parse(time.dateTime)) / MINUTE);
      if (past < 24 * 60) time.textContent = past < 1 ? words.now : words.ago(span(past));
    }
  }

  // ── Beginning, and whatever htmx brings in later ────────────────────────────────────────────

  function greet(within) {
    for (const form of all('form', within)) if (!before.has(form)) before.set(form, text(form));
    for (const dialog of all('dialog[data-show]', within)) if (!dialog.open) dialog.showModal();
    bindPads(within);
    tick();
  }

  function begin() {
    greet(document);
    restore();
    setInterval(tick, 15000);
    document.addEventListener('visibilitychange', tick);
    document.addEventListener('htmx:load', ({ detail: { elt } }) => {
      greet(elt.parentNode ?? document);
      takeFirst();
    });
  }
  // Deferred scripts after this one (the signature pad) are there only then.
  if (document.readyState === 'complete') begin();
  else document.addEventListener('DOMContentLoaded', begin);
})();
