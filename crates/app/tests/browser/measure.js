// What can be measured of a page: arguments are its language, the Chinese words of the pack that
// have an English one, and whether it is pressed with a thumb.
const [lang, packWords, thumbs] = arguments;
const all = (selector) => [...document.querySelectorAll(selector)];
const shown = (it) => it.offsetParent !== null || getComputedStyle(it).position === 'fixed';
const short = (it) => it.outerHTML.replace(/\s+/g, ' ').slice(0, 140);

const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
const beyond = wide > 1
  ? all('body *').filter((it) => it.getBoundingClientRect().right > document.documentElement.clientWidth + 1) : [];
// The innermost of what reaches beyond the edge.
const widest = beyond.length ? short(beyond[beyond.length - 1]) : '';

const CONTROLS = 'button, a[href], input:not([type=hidden]), select, textarea';
const nameless = all(CONTROLS).filter(shown).filter((it) => {
  const label = it.labels?.length ? it.labels[0].textContent : '';
  const by = it.getAttribute('aria-labelledby') ? 'named elsewhere' : '';
  const picture = it.querySelector('img[alt]')?.alt;
  return ![it.textContent, it.value, it.getAttribute('aria-label'), it.title, label,
    it.placeholder, by, picture].some((word) => word?.trim());
}).map(short);

const blocking = all('head script').filter((it) => it.src && !it.defer && !it.async
  && it.type !== 'module').map(short);
const inline = [...all('script:not([src])').filter((it) => it.type !== 'application/json'),
  ...all('style'), ...all('[onclick], [onchange], [onsubmit], [onload]')].map(short);

// ── Thumbs: what is pressed is 44 px at least; a link within a sentence is read, not pressed ────

function target(it) {
  if (it.matches('input[type=radio], input[type=checkbox], input[type=file]')) {
    return it.closest('label') ?? it;
  }
  // A card that is wholly the link of its title.
  const over = getComputedStyle(it, '::after');
  if (over.position === 'absolute' && over.content !== 'none') {
    return it.closest('tr, li, .card2') ?? it;
  }
  return it;
}
function inSentence(it) {
  if (it.tagName !== 'A' || getComputedStyle(it).display !== 'inline') return false;
  const around = it.parentElement.textContent.trim().length;
  return around > it.textContent.trim().length + 3;
}
// Whoever misses it hits the card, which leads to the same place.
function onItsCard(it) {
  const title = it.closest('tr')?.querySelector('.c-title a');
  return title && title !== it && title.href === it.href;
}
const pressed = thumbs
  ? new Set(all(`${CONTROLS}, summary`).filter((it) => !it.matches('.skip, .visually-hidden'))
      .filter((it) => it.tabIndex >= 0 && !inSentence(it) && !onItsCard(it)).map(target).filter(shown))
  : [];
const small = [...pressed].map((it) => [it, it.getBoundingClientRect()])
  .filter(([, box]) => box.width && box.height && (box.height < 43.5 || box.width < 43.5))
  .map(([it, box]) => `${Math.round(box.width)}×${Math.round(box.height)} ${short(it)}`)
  .slice(0, 5);

// ── Words that reach beyond what they stand in lie on what stands beside it ─────────────────────

const spilled = all('.tabs a, .chip, .btn, .seg a, .seg label > span, .tile, th').filter(shown)
  .filter((it) => getComputedStyle(it).overflowX === 'visible' && it.clientWidth
    && it.scrollWidth > it.clientWidth + 2)
  .map((it) => `${it.scrollWidth - it.clientWidth} px: ${short(it)}`).slice(0, 5);

// ── Language: what is no name stands in the reader's ────────────────────────────────────────────

const words = new Set(packWords);
const han = /\p{Script=Han}/u;
const pieces = (text) => text.split(/[·,、；;：:×()（）/|]|\s{2,}/).map((it) => it.trim());
function texts() {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walk.nextNode()) {
    const { parentElement: at, nodeValue: text } = walk.currentNode;
    if (text.trim() && !at.closest('script, style, noscript, textarea, code, pre, [lang]:not(html)')) {
      found.push(text.trim());
    }
  }
  return found;
}
const ours = all('[placeholder], [aria-label], [title]').flatMap((it) =>
  ['placeholder', 'aria-label', 'title'].map((name) => it.getAttribute(name)).filter(Boolean));
const foreign = new Set();
if (lang === 'en') {
  for (const text of texts()) {
    for (const piece of pieces(text)) if (words.has(piece)) foreign.add(piece);
  }
  if (texts().every((text) => han.test(text))) foreign.add('not a word of English');
} else {
  // Two English words one after the other are no model number.
  const english = /\b[A-Za-z]{2,} [A-Za-z]{2,}\b/;
  for (const text of [...texts(), ...ours]) {
    // How a command is typed is the same in every language.
    const said = text.replace(/baoxiu [a-z]+/g, '');
    if (english.test(said) && text !== 'English') foreign.add(text.slice(0, 80));
  }
}

const [visit] = performance.getEntriesByType('navigation');
return {
  text: document.body.innerText,
  wide, widest, nameless, blocking, inline, small, spilled, foreign: [...foreign],
  links: all("a[href^='/']").map((it) => it.getAttribute('href')),
  nodes: all('*').length,
  bytes: visit?.decodedBodySize ?? 0,
  status: visit?.responseStatus,
};
