// Runs in the measured page: notes at every frame which line is the newest on the page, which came, and long tasks.
// At a frame it looks at no more than the last lines, so that it costs every page the same. Reading the number of each
// line that is added takes about a microsecond, of the hundreds that a line takes the pages that add an element for each.
([selector, readsAll]) => {
  const lines = document.querySelector(selector);
  const number = (row) => Number(/#(\d{9})/.exec(row.textContent)?.[1] ?? -1);
  const bench = {
    frames: [],
    seen: new Set(),
    longest: 0,
    digits: (id) => document.getElementById(id).textContent.replace(/\D/g, '') || '0',
    newest() {
      for (let row = lines.lastElementChild, tries = 5; row !== null && tries > 0; row = row.previousElementSibling) {
        const found = number(row);
        if (found >= 0) return found;
        tries -= 1;
      }
      return -1;
    },
    reset() {
      Object.assign(bench, { frames: [], seen: new Set(), longest: 0 });
    },
    // Resolves with the milliseconds from now until `is` holds at a frame.
    until: (is) =>
      new Promise((done) => {
        const began = performance.now();
        const look = () => (is() ? done(performance.now() - began) : requestAnimationFrame(look));
        look();
      }),
    // Takes a line in the middle of the window, and resolves with how far it moved at most in `ms`.
    stillness: (ms) =>
      new Promise((done) => {
        const wanted = [...lines.children].find(
          (row) => number(row) >= 0 && row.getBoundingClientRect().top > innerHeight / 2,
        );
        const eyed = number(wanted);
        const from = wanted.getBoundingClientRect().top;
        const began = performance.now();
        let most = 0;
        const look = () => {
          const row = [...lines.children].find((one) => number(one) === eyed);
          most = Math.max(most, row === undefined ? innerHeight : Math.abs(row.getBoundingClientRect().top - from));
          if (performance.now() - began < ms) requestAnimationFrame(look);
          else done(most);
        };
        look();
      }),
  };
  if (readsAll)
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes)
        for (const { textContent } of addedNodes)
          for (const [, digits] of textContent.matchAll(/#(\d{9})/g)) bench.seen.add(Number(digits));
    }).observe(lines, { childList: true });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) bench.longest = Math.max(bench.longest, duration);
  }).observe({ type: 'longtask' });
  const look = () => {
    bench.frames.push([performance.timeOrigin + performance.now(), bench.newest()]);
    requestAnimationFrame(look);
  };
  look();
  window.bench = bench;
}
