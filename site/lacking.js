/** What a browser lacks of what Python in a tab needs, in a sentence; "" if nothing. */
export function lacking() {
  const found = [];
  if (typeof WebAssembly !== "object") found.push("This browser has no WebAssembly");
  try {
    localStorage.setItem("vmlesson", "1");
    localStorage.removeItem("vmlesson");
    if (!indexedDB) throw new Error("no database");
  } catch {
    found.push("This browser keeps nothing (its storage is blocked)");
  }
  return found.length ? `${found.join(". ")}: the course cannot run here.` : "";
}
