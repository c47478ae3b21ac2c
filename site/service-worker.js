// Keeps the whole site, so that it works with the network cut after the first visit.
//
// What the network answers is taken, and kept; what it does not answer is what was kept.  The server is
// always asked: what the browser holds for fresh may be of an older site, and files of two do not fit.
// So a newer site is seen at the next visit.  Learners' notebooks are not here but in the browser's own storage,
// which JupyterLite's worker serves: its requests are left to it.

const KEPT = "vmlesson-@VERSION@";
/** @type {string[]} */
const FILES = ["@FILES@"];
const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
/** @type {Promise<void> | null} */
let keeping = null;

/** @param {Request} request */
function ours(request) {
  const url = new URL(request.url);
  return (
    request.method === "GET" &&
    url.origin === location.origin &&
    !/\/api\/(drive|stdin|service-worker-heartbeat)/.test(url.pathname)
  );
}

/** Under which name a file is kept: a folder is its first page. @param {Request} request */
function file(request) {
  const [address] = request.url.split(/[?#]/);
  return address.endsWith("/") ? `${address}index.html` : address;
}

/** @param {Request} request */
async function answer(request) {
  const kept = await caches.open(KEPT);
  try {
    const found = await fetch(request.url, { cache: "no-cache", redirect: request.redirect });
    if (found.status === 200) kept.put(file(request), found.clone());
    return found;
  } catch (error) {
    const found = await kept.match(file(request));
    if (found) return found;
    throw error;
  }
}

async function keepAll() {
  const kept = await caches.open(KEPT);
  for (const file of FILES) {
    const url = new URL(file, worker.registration.scope).href;
    if (await kept.match(url)) continue;
    try {
      await kept.add(new Request(url, { cache: "no-cache" }));
    } catch {
      keeping = null; // no network: the next request tries again
      return;
    }
  }
  for (const name of await caches.keys()) {
    if (name.startsWith("vmlesson-") && name !== KEPT) await caches.delete(name);
  }
}

worker.addEventListener("fetch", (event) => {
  if (!ours(event.request)) return;
  event.stopImmediatePropagation();
  event.respondWith(answer(event.request));
  keeping ??= keepAll();
  event.waitUntil(keeping);
});

importScripts("lite-service-worker.js");
