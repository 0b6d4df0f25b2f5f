// A serial number read by the camera, where the browser knows barcodes (BarcodeDetector): on a phone
// on the staircase that is quicker and surer than typing fourteen letters. Elsewhere the button
// stays away and the number is typed. Nothing of the picture leaves the page.
//
//   <button hidden data-scan="id of the field" data-aim data-stop data-no>
(() => {
  'use strict';

  if (window.scans) return;
  window.scans = true;
  const can = 'BarcodeDetector' in window && navigator.mediaDevices?.getUserMedia;
  if (!can) return;

  function show(within) {
    for (const it of within.querySelectorAll('[data-scan][hidden]')) it.hidden = false;
  }
  show(document);
  document.addEventListener('htmx:load', ({ detail: { elt } }) => {
    show(elt.parentNode ?? document);
  });

  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element && event.target.closest('[data-scan]');
    if (button) scan(button);
  });

  async function scan(button) {
    const wish = { video: { facingMode: 'environment' }, audio: false };
    const camera = await navigator.mediaDevices.getUserMedia(wish).catch(() => null);
    if (!camera) {
      const detail = { text: button.dataset.no, kind: 'wait' };
      button.dispatchEvent(new CustomEvent('toast', { bubbles: true, detail }));
      return;
    }
    const { dialog, video } = aim(button);
    const stop = () => {
      for (const track of camera.getTracks()) track.stop();
      dialog.remove();
    };
    dialog.addEventListener('close', stop);
    video.srcObject = camera;
    document.body.append(dialog);
    dialog.showModal();
    await video.play();
    const detector = new window.BarcodeDetector();
    while (dialog.isConnected) {
      const [found] = await detector.detect(video).catch(() => []);
      if (found?.rawValue) {
        take(document.getElementById(button.dataset.scan), found.rawValue);
        dialog.close();
        return;
      }
      await new Promise((go) => { setTimeout(go, 150); });
    }
  }

  function aim(button) {
    const dialog = document.createElement('dialog');
    dialog.className = 'ask scan';
    const video = document.createElement('video');
    video.muted = true;
    video.playsInline = true;
    const hint = document.createElement('p');
    hint.textContent = button.dataset.aim;
    const stop = document.createElement('button');
    stop.type = 'button';
    stop.className = 'btn';
    stop.dataset.close = '';
    stop.textContent = button.dataset.stop;
    dialog.append(video, hint, stop);
    return { dialog, video };
  }

  function take(field, text) {
    field.value = text.trim();
    for (const type of ['input', 'change']) {
      field.dispatchEvent(new Event(type, { bubbles: true }));
    }
    field.focus();
  }
})();
