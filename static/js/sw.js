// The service worker: keeps the static files and one page that holds nobody's data, and answers with that
// page when the server cannot be reached. It is served as /sw.js, so that it may look after every page; a
// line above this one, `const STATIC = "/static/VERSION/";`, names the files that belong together.
/* global STATIC */

const CACHE = `tally ${STATIC}`;
const OFFLINE = "/offline";
// Longer than a slow server needs, shorter than anybody stands in front of a meter.
const PATIENCE = 4000;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(removeOlder()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith(STATIC)) event.respondWith(fromCache(request));
  else if (request.mode === "navigate" && isPage(url)) event.respondWith(pageOrOffline(request));
});

// The browser says that there is a connection again, with or without a page open.
self.addEventListener("sync", (event) => {
  if (event.tag === "lines") event.waitUntil(sendLines());
});

// The offline page names all that it needs, the modules that its modules import too.
async function install() {
  const cache = await caches.open(CACHE);
  const answer = await fetch(OFFLINE, { credentials: "omit", cache: "no-cache" });
  if (!answer.ok) throw new Error(`${OFFLINE} answered ${answer.status}`);
  const needed = (await answer.clone().text()).matchAll(/(?:href|src)="(\/static\/[^"]+)"/g);
  await cache.addAll([...new Set([...needed].map(([, path]) => path))]);
  await cache.put(OFFLINE, answer);
}

async function removeOlder() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("tally ") && name !== CACHE).map((name) => caches.delete(name)));
}

async function fromCache(request) {
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.status === 200) {
    const copy = answer.clone();
    // A full disk must not cost the page its file.
    caches.open(CACHE).then((cache) => cache.put(request, copy)).catch(() => {});
  }
  return answer;
}

// Not pages that sign in or out, nor those printed or saved as a file: the offline page would stand in their place.
function isPage({ pathname, searchParams }) {
  if (pathname.startsWith("/auth/") || pathname === "/metrics") return false;
  return searchParams.get("view") !== "print" && !searchParams.has("format") && !searchParams.has("download");
}

async function pageOrOffline(request) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error("late")), PATIENCE); });
  try {
    return await Promise.race([fetch(request), late]);
  } catch {
    return (await caches.match(OFFLINE, { ignoreVary: true })) ?? Response.error();
  } finally {
    clearTimeout(timer);
  }
}

// An open page sends the lines itself, since it shows them. Without one they are sent from here.
async function sendLines() {
  const pages = await self.clients.matchAll({ type: "window" });
  if (pages.length > 0) {
    for (const page of pages) page.postMessage("send");
    return;
  }
  const { left } = await self.queue.send();
  if (left > 0) throw new Error("Lines are left: the browser tries again.");
}

importScripts(`${STATIC}js/queue.js`, `${STATIC}js/sending.js`);
