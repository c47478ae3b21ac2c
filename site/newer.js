// A newer site, and what a learner wrote on the older one: the rule of `vmlesson lab`, in a browser.
//
// JupyterLite opens the browser's copy of a file where there is one, else the site's.  course.json
// says by a digest what the site has, and the last visit left here what it had then.  Where the two
// differ, a copy that nobody wrote in goes, so that the new file is opened; beside one that was
// changed, the new file is put.

/** @typedef {{ cell_type: string, source: string | string[] }} Cell */
/** @typedef {string | { cells: Cell[] }} Content A file's text, or a notebook. */
/** @typedef {{ name: string, path: string, content: Content }} File As JupyterLite keeps it. */
/**
 * @typedef {{
 *   get(name: string): Promise<File | undefined>, delete(name: string): Promise<void>,
 *   put(file: File, name: string): Promise<IDBValidKey>,
 * }} Files
 */

const root = new URL("./", import.meta.url);
const KEY = `vmlesson course of ${root.pathname}`;
/** @type {RequestInit} */
const FRESH = { cache: "no-cache" };
const STORE = `JupyterLite Storage - ${root.pathname}`;

/**
 * What people write in a file: of a notebook the types and sources of cells that are not blank.
 * @param {Content} content
 */
function written(content) {
  if (typeof content === "string" || !content?.cells) return String(content);
  const cells = content.cells.map((cell) => [cell.cell_type, [cell.source].flat().join("")]);
  return JSON.stringify(cells.filter(([, source]) => source.trim()));
}

/** @param {Content} content */
async function digest(content) {
  const data = new TextEncoder().encode(written(content));
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function storage() {
  const all = await indexedDB.databases();
  return all.some(({ name }) => name === STORE) ? done(indexedDB.open(STORE)) : null;
}

/**
 * Bring what the browser keeps of one file up to date with the site's.
 * @param {(mode: IDBTransactionMode) => Files} files
 * @param {string} name
 * @param {string} before its digest at the last visit
 * @param {string} now
 */
async function renew(files, name, before, now) {
  const mine = await files("readonly").get(name);
  const text = mine && (await digest(mine.content));
  if (!mine || text === now) return;
  if (text === before) {
    await files("readwrite").delete(name);
    return;
  }
  const data = await (await fetch(new URL(`files/${name}`, root), FRESH)).text();
  const content = name.endsWith(".ipynb") ? JSON.parse(data) : data;
  for (let count = 1; ; count += 1) {
    const beside = name.replace(/(\.\w+)$/, `.new${count > 1 ? count : ""}$1`);
    const there = await files("readonly").get(beside);
    if (there && (await digest(there.content)) !== now) continue;
    const file = {
      ...mine,
      content,
      name: beside.slice(beside.lastIndexOf("/") + 1),
      path: beside,
    };
    await files("readwrite").put(file, beside);
    return;
  }
}

/** Bring what the browser keeps up to date; where that cannot be done, nothing is lost. */
export async function visit() {
  const course = await (await fetch(new URL("course.json", root), FRESH)).json();
  const last = JSON.parse(localStorage.getItem(KEY) ?? "{}");
  const changed = Object.keys(course).filter((name) => last[name] && last[name] !== course[name]);
  const database = changed.length ? await storage() : null;
  if (database) {
    /** @param {IDBTransactionMode} mode @returns {Files} */
    const files = (mode) => {
      const store = database.transaction("files", mode).objectStore("files");
      return {
        get: (name) => done(store.get(name)),
        put: (file, name) => done(store.put(file, name)),
        delete: (name) => done(store.delete(name)),
      };
    };
    for (const name of changed) await renew(files, name, last[name], course[name]);
    database.close();
  }
  localStorage.setItem(KEY, JSON.stringify(course));
}

/** A link opens one notebook: all that were open before would start a Python each. */
export async function alone() {
  if (!new URLSearchParams(location.search).has("path")) return;
  const database = await storage();
  if (database?.objectStoreNames.contains("statedb")) {
    await done(database.transaction("statedb", "readwrite").objectStore("statedb").clear());
  }
  database?.close();
}
